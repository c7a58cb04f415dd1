import Foundation
import Hardware
public import Units

/// The expected duration of a run in closed form, where there is one.
///
/// Failures come at any time alike, at a rate λ. Work is done in segments of τ followed by a stall C,
/// and a failure undoes its segment. Recovery takes R, drawn for each failure, and a failure in it
/// starts it anew. One segment then takes
/// ```
/// E = (e^(λ(τ + C)) − 1) / λ · 1 / L(λ),    L(λ) = E[e^(−λ R)]
/// ```
/// in the mean, which is Daly's e^(λR) (e^(λ(τ + C)) − 1) / λ for a fixed R
/// (doi:10.1016/j.future.2004.11.016). Stragglers, evaluations and copies in memory lengthen τ by
/// the pace.
public struct GoodputFormula: Sendable {
  private let job: RunJob

  /// Nil where the job has what the formula does not know: saves that go on beside training, copies in
  /// memory, lives that age, announced stops, slow nodes, loss spikes, a horizon, or spares that can
  /// run out.
  public init?(_ job: RunJob) {
    let conditions = job.conditions
    let causes = job.causes.map(\.cause)
    guard conditions.checkpoint.persist == conditions.checkpoint.stall,
      conditions.checkpoint.memory == nil, conditions.horizon == nil,
      causes.allSatisfy({ $0.law == .exponential && !$0.isPlanned }),
      conditions.lossSpikes == nil,
      job.pools.allSatisfy({ $0.reliability.slowNodes == nil && $0.reliability.neverLacksNodes })
    else { return nil }
    self.job = job
  }

  /// Of any job, as near as the formula comes: announced stops, slow nodes, loss spikes, copies in memory
  /// and a horizon are left out, lives do not age, and spares never run out. Where a save goes on for P
  /// after its stall, a failure meanwhile undoes the segment before it too: that lengthens the time by
  /// 1 + λP.
  public init(nearest job: RunJob) { self.job = job }

  /// The expected wall-clock time.
  public var duration: Seconds {
    let goal = (job.work + job.rampWork).value
    let interval = job.interval.value
    let stall = job.conditions.checkpoint.stall.value
    let whole = max(0, (goal / interval).rounded(.up) - 1)
    let last = goal - whole * interval
    return Seconds(
      whole * time(of: interval * job.pace + stall) + time(of: last * job.pace))
  }

  /// Useful step time ÷ expected wall-clock time.
  public var goodput: Double { job.work / duration }

  /// The expected time of a stretch that must be done without a failure in it.
  private func time(of stretch: Double) -> Double {
    let rate = job.interruptionRate.value
    guard rate > 0 else { return stretch }
    let checkpoint = job.conditions.checkpoint
    let exposed = 1 + rate * (checkpoint.persist - checkpoint.stall).value
    return expm1(rate * stretch) / rate / recoveryTransform(rate) * exposed
  }

  /// E[e^(−λR)] over the causes of all pools and, of each, over the need for a person and over failed restarts: of a
  /// geometric number of these, each of a, with success q, it is q / (1 − (1 − q) e^(−λa)).
  private func recoveryTransform(_ rate: Double) -> Double {
    let load = job.conditions.checkpoint.load
    let failed = exp(-rate * (job.restart + load).value)
    return job.causes.filter { !$0.cause.isPlanned }.reduce(0) { sum, struck in
      let (cause, pool) = (struck.cause, job.pools[struck.pool])
      let habits = pool.reliability.recovery
      var time = (cause.detection ?? habits.detection).value + job.restart + load
      if cause.scope != .job { time = time + habits.replacement.value }
      let manual = habits.manualShare.value
      let delay = exp(-rate * habits.manualDelay.value.value)
      let success = habits.restartSuccess?.value ?? 1
      let restarts = success / (1 - (1 - success) * failed)
      let weight = cause.rate.value.value * Double(pool.devices) / rate
      return sum + weight * restarts * exp(-rate * time.value) * (1 - manual + manual * delay)
    }
  }
}

extension Reliability {
  /// Whether nodes that are taken out come back at once.
  fileprivate var neverLacksNodes: Bool {
    recovery.repair.value == .zero || causes.allSatisfy { $0.scope == .job }
  }
}
