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
    /// The payload is the number of nodes.
    case repaired
    case slowNode, slowNodeFound, lossSpike, horizon
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

  /// Schedules the next event of a stream at a rate for each device.
  mutating func schedule(
    _ kind: RunEvent.Kind, after rate: Frequency?, from now: Double, devices: Int? = nil
  ) {
    guard let rate, rate > .zero else { return }
    let mean = 1 / (rate.value * Double(devices ?? job.devices))
    schedule(kind, at: now + random.exponential(mean: mean))
  }
}
