/// A line of a table under construction, for tables of millions of lines: fields are put behind each other
/// in memory that was set aside once.
///
/// A class, because it owns that memory. One task writes to it.
final class LineBuffer {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  /// What is written; setting it back drops what was put behind.
  private(set) var count = 0

  /// - Parameter capacity: The longest line.
  init(capacity: Int) {
    self.capacity = capacity
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  /// Drops what was put after a place.
  func cut(to place: Int) { count = min(count, place) }

  func put(_ byte: UInt8) {
    precondition(count < capacity, "a line is no longer than its buffer")
    bytes[count] = byte
    count += 1
  }

  func put(_ text: some Collection<UInt8>) {
    for byte in text { put(byte) }
  }

  /// Puts a piece of a larger text.
  func put(_ text: [UInt8], _ range: Range<Int>) {
    precondition(count + range.count <= capacity, "a line is no longer than its buffer")
    text.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      (bytes + count).update(from: start + range.lowerBound, count: range.count)
    }
    count += range.count
  }

  func put(_ text: StaticString) {
    precondition(
      count + text.utf8CodeUnitCount <= capacity, "a line is no longer than its buffer")
    (bytes + count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    count += text.utf8CodeUnitCount
  }

  func append(to lines: inout [UInt8]) {
    lines.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
  }

  func append(to file: WholeFile) {
    file.append(UnsafeBufferPointer(start: bytes, count: count))
  }
}

extension LineBuffer {
  /// The longest that `put(fixed:decimals:)` writes.
  static let longestNumber = 330

  /// Puts what `fixed` writes, without a string in between.
  ///
  /// The number is scaled and rounded as an integer. Where it is too large for that, or so near the middle
  /// between two results that the scaling itself may have moved it, `fixed` decides.
  func put(fixed number: Double, decimals: Int) {
    var unit: UInt64 = 1
    for _ in 0..<decimals { unit *= 10 }
    let scaled = abs(number) * Double(unit)
    let whole = scaled.rounded(.down)
    let rest = scaled - whole
    guard scaled < 1e15, abs(rest - 0.5) > 1e-6 * max(1, scaled * 1e-9) else {
      return put(fixed(number, decimals: decimals).utf8)
    }
    let digits = UInt64(whole) + (rest > 0.5 ? 1 : 0)
    if number < 0 && digits > 0 { put(UInt8(ascii: "-")) }
    put(digits: digits / unit, atLeast: 1)
    guard decimals > 0 else { return }
    put(UInt8(ascii: "."))
    put(digits: digits % unit, atLeast: decimals)
  }

  /// Puts a whole number with leading zeros up to a number of digits.
  func put(digits number: UInt64, atLeast least: Int = 1) {
    var length = least
    var bound: UInt64 = 1
    for _ in 0..<least { bound *= 10 }
    while length < 20, number >= bound {
      length += 1
      bound = length < 20 ? bound * 10 : bound
    }
    precondition(count + length <= capacity, "a line is no longer than its buffer")
    var rest = number
    var place = count + length
    while place > count {
      place -= 1
      bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += length
  }
}
