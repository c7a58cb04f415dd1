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
  /// Stops after which the run goes on from copies in memory, and those after which it reads a save.
  private let toCopy: Hazard
  private let toSave: Hazard
  /// How many times longer steps are with slow nodes that nobody has found yet, and without those in repair.
  private let slowing: Double
  /// The part of the time in which there are nodes enough to run.
  private let available: Double
  /// What stops in good order take for each second of the rest.
  private let interludes: Double

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
    self.init(nearest: job)
  }

  /// Of any job, as near as the formula comes: a horizon is left out, and lives do not age. Slow nodes make all
  /// steps longer by as much as in the mean, so do nodes in repair that no spare replaces, or they stop the job
  /// (`NodesInRepair`); announced stops, removals of slow nodes, the return of nodes to a job that lacks them and
  /// skipped loss spikes take their share of the time, as if nothing fell into another.
  ///
  /// Where a save goes on for P after its stall, a failure meanwhile undoes the segment before it too:
  /// that lengthens the time by 1 + λP. With copies in memory, the stops that leave them undo what
  /// follows the last copy, and lengthen the segments between two saves, which only the other stops and
  /// roll-backs undo.
  public init(nearest job: RunJob) {
    self.job = job
    let checkpoint = job.conditions.checkpoint
    let stops = job.habits.filter { !$0.isPlanned }
    let kept = checkpoint.memory == nil ? [] : stops.filter(\.leavesCopies)
    let lost = checkpoint.memory == nil ? stops : stops.filter { !$0.leavesCopies }
    toCopy = Hazard(
      kept.map {
        ($0.rate, $0.transform(restart: job.restart, load: checkpoint.memory?.load ?? .zero))
      })
    let rollBacks = job.conditions.rollBackRate.value
    let restart = (job.restart + checkpoint.load).value
    toSave = Hazard(
      lost.map { ($0.rate, $0.transform(restart: job.restart, load: checkpoint.load)) }
        + [(rollBacks, { exp(-$0 * restart) })])
    let repairs = job.pools.indices.map { NodesInRepair(pool: $0, of: job) }
    available = repairs.reduce(1) { $0 * $1.available }
    slowing =
      1 / (1 - min(0.99, job.pools.reduce(0) { $0 + $1.lostToSlowNodes }))
      / repairs.reduce(1) { $0 * $1.speed }
    let announced = job.habits.filter(\.isPlanned).map { ($0.rate, $0.replacement) }
    let removals = job.pools.map {
      ($0.rateOfSlowNodes.value, $0.reliability.recovery.replacement.value)
    }
    // A job that waits for nodes goes on with the recovery that it waits in.
    let returns =
      job.conditions.shortage == .wait
      ? [] : job.habits.map { ($0.rate * repairs[$0.pool].lacking, Seconds.zero) }
    let pause = job.restart + checkpoint.persist + checkpoint.load
    interludes =
      (announced + removals + returns).reduce(0) { $0 + $1.0 * (pause + $1.1).value }
      + job.conditions.skipRate.value * job.conditions.skippedTime(stepTime: job.stepTime).value
  }

  /// The expected wall-clock time.
  public var duration: Seconds {
    let goal = (job.work + job.rampWork).value
    let interval = job.interval.value
    let checkpoint = job.conditions.checkpoint
    let whole = max(0, (goal / interval).rounded(.up) - 1)
    let last = goal - whole * interval
    let exposed = 1 + toSave.rate * (checkpoint.persist - checkpoint.stall).value
    let segments =
      whole * toSave.time(of: steps(interval) + checkpoint.stall.value)
      + toSave.time(of: steps(last))
    return Seconds(segments * exposed * (1 + interludes) / available)
  }

  /// Useful step time ÷ expected wall-clock time.
  public var goodput: Double { job.work / duration }

  /// The expected time of some work that falls back to copies in memory alone.
  private func steps(_ work: Double) -> Double {
    let pace = job.pace * slowing
    guard let copies = job.conditions.checkpoint.memory else { return work * pace }
    let interval = min(copies.interval.value, max(work, 1e-9))
    return work / interval * toCopy.time(of: interval * pace)
  }
}

/// Stops that undo a stretch, and what follows each.
private struct Hazard {
  let rate: Double
  /// L(rate), the mean over the stops.
  private let recovery: Double

  /// - Parameter stops: The rate of each kind of stop, and E[e^(−λR)] of its recovery as a function of λ.
  init(_ stops: [(rate: Double, transform: (Double) -> Double)]) {
    let rate = stops.reduce(0) { $0 + $1.rate }
    self.rate = rate
    recovery = stops.reduce(0) {
      $0 + $1.rate / max(rate, .leastNormalMagnitude) * $1.transform(rate)
    }
  }

  /// The expected time of a stretch that must be done without a stop in it. One that never is has a time without
  /// meaning, which stays finite, so that none of it is none.
  func time(of stretch: Double) -> Double {
    rate > 0 ? min(expm1(rate * stretch) / rate / recovery, 1e100) : stretch
  }
}

extension StopHabits {
  /// E[e^(−λR)] as a function of λ, over the need for a person and over failed restarts: of a geometric number
  /// of these, each of a, with success q, it is q / (1 − (1 − q) e^(−λa)).
  fileprivate func transform(restart: Seconds, load: Seconds) -> (Double) -> Double {
    let failed = (restart + load + detection).value
    let time = (detection + restart + replacement + load).value
    return { rate in
      let delay = exp(-rate * manualDelay.value)
      let restarts = restartSuccess / (1 - (1 - restartSuccess) * exp(-rate * failed))
      return restarts * exp(-rate * time) * (1 - manualShare + manualShare * delay)
    }
  }
}

extension RunPool {
  fileprivate var rateOfSlowNodes: Frequency {
    (reliability.slowNodes?.rate.value ?? .zero) * Double(devices)
  }

  /// The part of the time that slow nodes take. They come at random and stay until they are found, so there is
  /// one or more for the part 1 − e^(−rate · time) of the time, and then steps do 1 / (1 + slowdown) as much.
  fileprivate var lostToSlowNodes: Double {
    guard let slow = reliability.slowNodes else { return 0 }
    let present = -expm1(-(rateOfSlowNodes * slow.detection.value).value)
    return present * slow.slowdown.value / (1 + slow.slowdown.value)
  }
}

extension RunConditions {
  /// Loss spikes that are skipped, and what one of them costs.
  fileprivate var skipRate: Frequency { (lossSpikes?.rate ?? .zero) - rollBackRate }

  fileprivate func skippedTime(stepTime: Seconds) -> Seconds {
    (lossSpikes?.steps ?? 0) * stepTime
  }
}

extension Reliability {
  /// Whether nodes that are taken out come back at once.
  fileprivate var neverLacksNodes: Bool {
    recovery.repair.value == .zero || causes.allSatisfy { $0.scope == .job }
  }
}
