extension [UInt8] {
  /// Appends what `fixed` writes, without a string in between.
  ///
  /// The number is scaled and rounded as an integer. Where it is too large for that, or so near the middle
  /// between two results that the scaling itself may have moved it, `fixed` decides.
  mutating func append(fixed number: Double, decimals: Int) {
    let scale = powersOfTen[decimals]
    let scaled = abs(number) * scale
    let whole = scaled.rounded(.down)
    let rest = scaled - whole
    guard scaled < 1e15, abs(rest - 0.5) > 1e-6 * Swift.max(1, scaled * 1e-9) else {
      append(contentsOf: Reports.fixed(number, decimals: decimals).utf8)
      return
    }
    let digits = UInt64(whole) + (rest > 0.5 ? 1 : 0)
    if number < 0 && digits > 0 { append(UInt8(ascii: "-")) }
    let unit = UInt64(scale)
    append(digits: digits / unit, atLeast: 1)
    guard decimals > 0 else { return }
    append(UInt8(ascii: "."))
    append(digits: digits % unit, atLeast: decimals)
  }

  mutating func append(digits number: UInt64, atLeast least: Int = 1) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var rest = number
      var start = 20
      while rest > 0 || 20 - start < least {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
      append(contentsOf: buffer[start...])
    }
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
