import Hardware
import Numerics
import Simulation
import Units

/// What can happen to a run, as the 64 bits that the event queue carries.
struct RunEvent {
  enum Kind: UInt64 {
    /// The payload is the cause.
    case failure
    /// The same, of a unit that had replaced another.
    case failureOfReplacement
    /// The payload is the number of the recovery that is over.
    case recovered
    /// The payload is the number of nodes, and their pool in its last eight bits.
    case repaired
    /// The same of nodes that come in place of those that their owner has taken back.
    case replaced
    /// The payload is the pool.
    case slowNode, slowNodeFound
    case lossSpike, horizon
  }

  var kind: Kind
  var payload: Int

  init(_ kind: Kind, _ payload: Int = 0) {
    self.kind = kind
    self.payload = payload
  }

  init(code: UInt64) {
    kind = Kind(rawValue: code & 0xFF) ?? .horizon
    payload = Int(code >> 8)
  }

  var code: UInt64 { UInt64(payload) << 8 | kind.rawValue }
}

extension RunSimulation {
  /// Instants beyond this, in seconds, are never reached: the clock ends there.
  private static var endOfTime: Double { 9e9 }

  mutating func schedule(_ kind: RunEvent.Kind, _ payload: Int = 0, at time: Double) {
    guard time < Self.endOfTime else { return }
    let instant = SimTime.zero + SimDuration(seconds: time)
    queue.schedule(RunEvent(kind, payload).code, at: max(instant, queue.now))
  }

  mutating func scheduleFailure(of cause: Int, after now: Double) {
    if let next = clocks[cause].next(after: now, random) {
      schedule(.failure, cause, at: next)
    }
  }

  mutating func scheduleSlowNode(of pool: Int, from now: Double) {
    let pools = job.pools
    if let rate = pools[pool].reliability.slowNodes?.rate.value {
      schedule(.slowNode, pool, after: rate * Double(pools[pool].devices), from: now)
    }
  }

  /// Schedules the next event of a stream at a rate.
  mutating func schedule(
    _ kind: RunEvent.Kind, _ payload: Int = 0, after rate: Frequency, from now: Double
  ) {
    guard rate > .zero else { return }
    schedule(kind, payload, at: now + random.exponential(mean: 1 / rate.value))
  }
}
