import CPriorityQueue
import Glibc

/// The hold model: every event that is taken updates a node and schedules one more, so that the number
/// of pending events stays the same.
@main
enum EventQueueBenchmark {
  static let events = 2_000_000
  /// Runs of either side, in turn; the median counts.
  static let runs = 7

  static func main() {
    print("delays   pending   Swift M/s   C++ M/s   ratio")
    var isSame = true
    for isSkewed in [false, true] {
      for pending in [64, 1024, 16_384, 262_144] {
        var swift: [Double] = []
        var yardstick: [Double] = []
        for _ in 0..<runs {
          let ours = hold(pending: pending, isSkewed: isSkewed)
          let theirs = hold_priority_queue(UInt64(pending), UInt64(events), isSkewed ? 1 : 0)
          isSame = isSame && ours.checksum == theirs.checksum
          swift.append(Double(events) / ours.seconds * 1e-6)
          yardstick.append(Double(events) / theirs.seconds * 1e-6)
        }
        report(isSkewed, pending, median(swift), median(yardstick))
      }
    }
    guard isSame else {
      print("The two sides took events in different orders.")
      exit(1)
    }
  }

  /// A node's number and a kind, as an event of a simulation carries them.
  struct Event: BitwiseCopyable {
    var node: UInt32
    var kind: UInt32
  }

  static func hold(pending: Int, isSkewed: Bool) -> HoldResult {
    var queue = EventQueue<Event>(capacity: pending)
    var delays = Delays(isSkewed: isSkewed)
    for index in 0..<pending {
      queue.schedule(Event(node: UInt32(index & 1023), kind: 0), after: delays.next())
    }
    var nodes = [UInt64](repeating: 0, count: 1024)
    var checksum: UInt64 = 0
    let start = thread_seconds()
    nodes.withUnsafeMutableBufferPointer { nodes in
      for _ in 0..<events {
        guard let event = queue.next() else { return }
        let node = Int(event.node)
        nodes[node] = nodes[node] &* 31 &+ queue.now.nanoseconds
        checksum = checksum &* 31 &+ queue.now.nanoseconds &+ UInt64(event.node)
        let next = Event(node: UInt32(truncatingIfNeeded: nodes[node] & 1023), kind: 0)
        queue.schedule(next, after: delays.next())
      }
    }
    return HoldResult(seconds: thread_seconds() - start, checksum: checksum)
  }

  /// Delays from Marsaglia's xorshift64, as on the C++ side: uniform, or one in 16 a thousand times as
  /// long as the others.
  struct Delays {
    let isSkewed: Bool
    private var state: UInt64 = 88_172_645_463_325_252

    init(isSkewed: Bool) { self.isSkewed = isSkewed }

    mutating func next() -> SimDuration {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let delay = state >> 44
      guard isSkewed else { return SimDuration(nanoseconds: delay) }
      return SimDuration(nanoseconds: state & 15 == 0 ? delay << 6 : delay >> 4)
    }
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func report(_ isSkewed: Bool, _ pending: Int, _ swift: Double, _ yardstick: Double) {
    func column(_ value: Double, _ width: Int) -> String {
      let hundredths = Int((value * 100).rounded())
      let text = "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let count = String(pending)
    print(
      isSkewed ? "skewed " : "uniform",
      String(repeating: " ", count: 8 - count.count) + count, column(swift, 11),
      column(yardstick, 9), column(swift / yardstick, 7))
  }
}
