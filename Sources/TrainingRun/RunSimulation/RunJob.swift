public import Hardware
public import Units

/// One job as its simulation knows it: so much work, on so many devices that fail in such ways.
///
/// Several pools are one job where they train side by side: a failure of one stops all.
public struct RunJob: Hashable, Sendable {
  /// The steps of all tokens at the full batch, undisturbed.
  public let work: Seconds
  /// What the batch ramp adds.
  public let rampWork: Seconds
  /// The part of the work, from its start, over which it adds that.
  let rampShare: Double
  public let stepTime: Seconds
  public let pools: [RunPool]
  /// Until a checkpoint has come from where the run went on before, and training begins.
  public let handover: Seconds
  public var conditions: RunConditions
  /// The plan's interval, or the best.
  public let interval: Seconds
  /// Stops a second in the whole job, announced ones left out.
  public let interruptionRate: Frequency
  /// Events a second that send the job back to its last save: stops that leave no copy in memory, and
  /// loss spikes that roll back.
  public let fallbackRate: Frequency
  /// Wall-clock time for one of work while nothing is broken, and the parts of it.
  let pace: Double
  let stragglerPace: Double
  let copyPace: Double
  let evaluationPace: Double
  /// The causes of all pools, in their order.
  public let causes: [PoolCause]
  /// What each of them does.
  let habits: [StopHabits]
  /// A restart takes as long as that of the slowest pool.
  let restart: Seconds

  public init(
    work: Seconds, rampWork: Seconds = .zero, rampShare: Double = 1, stepTime: Seconds,
    pools: [RunPool], handover: Seconds = .zero, conditions: RunConditions
  ) {
    precondition(!pools.isEmpty, "a job has devices")
    self.work = work
    self.rampWork = rampWork
    self.rampShare = rampShare
    self.stepTime = stepTime
    self.pools = pools
    self.handover = handover
    self.conditions = conditions
    causes = pools.enumerated().flatMap { index, pool in
      pool.reliability.causes.map { PoolCause(pool: index, cause: $0) }
    }
    habits = causes.map { StopHabits($0, of: pools[$0.pool]) }
    restart = pools.reduce(.zero) { max($0, $1.reliability.recovery.restart.value) }
    let checkpoint = conditions.checkpoint
    let devices = pools.reduce(0) { $0 + $1.devices }
    interruptionRate = pools.reduce(.zero) { $0 + $1.interruptionRate }
    let stops = habits.filter { !$0.isPlanned && !(checkpoint.memory != nil && $0.leavesCopies) }
    fallbackRate =
      Frequency(stops.reduce(0) { $0 + $1.rate }) + conditions.rollBackRate
    interval = checkpoint.interval ?? CheckpointOptimum(plan: checkpoint, rate: fallbackRate).best
    stragglerPace = conditions.synchronization.pace(devices: devices) - 1
    copyPace = checkpoint.memory.map { $0.stall / $0.interval } ?? 0
    evaluationPace = conditions.evaluation / (1 - conditions.evaluation)
    pace = 1 + stragglerPace + copyPace + evaluationPace
  }

  /// A job of one pool, with the spares of its conditions.
  public init(
    work: Seconds, rampWork: Seconds = .zero, rampShare: Double = 1, stepTime: Seconds,
    devices: Int, replica: Int, reliability: Reliability, conditions: RunConditions
  ) {
    let pool = RunPool(
      devices: devices, replica: replica, reliability: reliability,
      spareNodes: conditions.spareNodes)
    self.init(
      work: work, rampWork: rampWork, rampShare: rampShare, stepTime: stepTime, pools: [pool],
      conditions: conditions)
  }

  public var devices: Int { pools.reduce(0) { $0 + $1.devices } }
}
