import CPriorityQueue
import Glibc

/// A node's number and a kind, as an event of a simulation carries them.
struct HoldEvent: BitwiseCopyable {
  var node: UInt32
  var kind: UInt32
}

/// What the hold model asks of a queue.
protocol HoldQueue: ~Copyable {
  init(capacity: Int)
  var now: SimTime { get }
  mutating func schedule(_ event: HoldEvent, after delay: SimDuration)
  mutating func next() -> HoldEvent?
}

extension EventQueue: HoldQueue where Event == HoldEvent {}
extension LadderQueue: HoldQueue where Event == HoldEvent {}

/// The hold model: every event that is taken updates a node and schedules one more, so that the number
/// of pending events stays the same.
func hold<Queue: HoldQueue & ~Copyable>(
  _ type: Queue.Type, pending: Int, _ events: Int, _ law: Delays
) -> HoldResult {
  var queue = Queue(capacity: pending)
  var delays = law
  for index in 0..<pending {
    queue.schedule(HoldEvent(node: UInt32(index & 1023), kind: 0), after: delays.next())
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
      let next = HoldEvent(node: UInt32(truncatingIfNeeded: nodes[node] & 1023), kind: 0)
      queue.schedule(next, after: delays.next())
    }
  }
  return HoldResult(seconds: thread_seconds() - start, checksum: checksum)
}

/// How long from an event to the one that it schedules.
enum DelayLaw: String, CaseIterable {
  case uniform, exponential
  /// One in 16 is a thousand times as long as the others.
  case bimodal
  /// With the exponent 1.1: a few are hundreds of times as long as most.
  case pareto
  /// All alike, so that all pending events are of one instant.
  case simultaneous

  /// The delay below which this part of all delays lies, in nanoseconds.
  func quantile(_ part: Double) -> Double {
    switch self {
    case .uniform: part * 1e6
    case .exponential: -log(1 - part) * 1e6
    case .bimodal:
      part < 15.0 / 16 ? part * 16 / 15 * 65_536 : (part * 16 - 15) * 67_108_864
    case .pareto: 1e4 * pow(1 - part, -1 / 1.1)
    case .simultaneous: 1e6
    }
  }
}

/// Delays by law: one of 1,024 quantiles, and some nanoseconds more, from Marsaglia's xorshift64.
struct Delays {
  let quantiles: UnsafeMutablePointer<UInt64>
  /// Bits of the nanoseconds that are added.
  let spread: UInt64
  private var state: UInt64 = 88_172_645_463_325_252

  init(_ law: DelayLaw) {
    quantiles = .allocate(capacity: 1024)
    for index in 0..<1024 {
      quantiles[index] = UInt64(law.quantile((Double(index) + 0.5) / 1024))
    }
    spread =
      switch law {
      case .uniform, .exponential, .pareto: 1023
      case .bimodal: 63
      case .simultaneous: 0
      }
  }

  func free() { quantiles.deallocate() }

  mutating func next() -> SimDuration {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return SimDuration(nanoseconds: quantiles[Int(state >> 54)] &+ (state & spread))
  }
}
