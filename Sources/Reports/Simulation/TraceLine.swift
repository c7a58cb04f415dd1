import Simulation
import Units

/// An event of a trace under construction.
final class TraceLine {
  private let buffer = LineBuffer(capacity: 4096)

  func put(_ text: StaticString) { buffer.put(text) }

  func put(_ text: String) { buffer.put(text.utf8) }

  func put(_ text: [UInt8]) { buffer.put(text, text.indices) }

  func put(_ key: StaticString, _ count: Int) {
    buffer.put(key)
    buffer.put(digits: UInt64(count))
  }

  /// In microseconds, to the nanosecond.
  func put(_ key: StaticString, _ time: SimTime) {
    buffer.put(key)
    buffer.put(digits: time.nanoseconds / 1000)
    buffer.put(".")
    buffer.put(digits: time.nanoseconds % 1000, atLeast: 3)
  }

  /// In gigabytes.
  func put(_ key: StaticString, _ bytes: Bytes) {
    buffer.put(key)
    buffer.put(fixed: bytes / .GB, decimals: 6)
  }

  func flush(to file: WholeFile) {
    buffer.append(to: file)
    buffer.cut(to: 0)
  }
}
