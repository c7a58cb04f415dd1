import Glibc

/// A number with a fixed count of decimals, such as `-12.50`, with a point whatever the locale.
///
/// The exact binary value is rounded to nearest. The C library does it, in the "C" locale: this
/// program never sets another. Zero has no sign.
///
/// - Parameters:
///   - number: A finite number.
///   - decimals: From 0 to 15.
public func fixed(_ number: Double, decimals: Int) -> String {
  precondition(number.isFinite, "only a finite number can be written with fixed decimals")
  precondition((0...15).contains(decimals), "a Double has no more than 15 sure decimals")
  let text = withVaList([Int32(decimals), number]) { arguments in
    // 309 digits, a point, 15 decimals, a sign and the end: the longest that a Double can be.
    String(unsafeUninitializedCapacity: 330) { buffer in
      buffer.withMemoryRebound(to: CChar.self) {
        Int(vsnprintf($0.baseAddress, $0.count, "%.*f", arguments))
      }
    }
  }
  let isZero = text.utf8.allSatisfy {
    $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
  }
  return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
}
