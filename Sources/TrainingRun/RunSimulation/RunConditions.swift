public import Units

/// How a run is operated, beside what its machines do.
public struct RunConditions: Hashable, Sendable {
  /// What happens when no spare is left.
  public enum Shortage: String, CaseIterable, Sendable {
    /// The job waits for a repair.
    case wait
    /// It goes on without the replicas that lack a node, and takes them back after the repair.
    case shrink
  }

  public var checkpoint: CheckpointPlan
  /// Nodes that stand by, beside those that train.
  public var spareNodes: Int
  public var shortage: Shortage
  /// Standard deviation of a step's time ÷ its mean.
  public var stepVariation: Double
  public var synchronization: Synchronization
  public var batchRamp: BatchRamp?
  public var lossSpikes: LossSpikes?
  /// The part of training time that evaluations take.
  public var evaluation: Double
  /// The wall-clock time after which the run is looked at; nil runs to the end of its tokens.
  public var horizon: Seconds?
  /// Runs that are drawn.
  public var runs: Int
  public var seed: UInt64

  public init(
    checkpoint: CheckpointPlan, spareNodes: Int = 0, shortage: Shortage = .wait,
    stepVariation: Double = 0, synchronization: Synchronization = .none,
    batchRamp: BatchRamp? = nil, lossSpikes: LossSpikes? = nil, evaluation: Double = 0,
    horizon: Seconds? = nil, runs: Int = 1000, seed: UInt64 = 1
  ) {
    self.checkpoint = checkpoint
    self.spareNodes = spareNodes
    self.shortage = shortage
    self.stepVariation = stepVariation
    self.synchronization = synchronization
    self.batchRamp = batchRamp
    self.lossSpikes = lossSpikes
    self.evaluation = evaluation
    self.horizon = horizon
    self.runs = runs
    self.seed = seed
  }
}

extension RunConditions {
  /// Loss spikes a second after which the run goes back to its last save.
  var rollBackRate: Frequency {
    guard let lossSpikes, lossSpikes.policy == .rollBack else { return .zero }
    return lossSpikes.rate
  }
}

/// Training that starts with a smaller batch.
public struct BatchRamp: Hashable, Sendable {
  /// Sequences of the first steps.
  public var start: Int
  /// The part of the run's tokens over which the batch grows to its full size, linearly in tokens.
  public var share: Double

  public init(start: Int, share: Double) {
    self.start = start
    self.share = share
  }
}

/// Steps whose loss jumps.
public struct LossSpikes: Hashable, Sendable {
  public enum Policy: String, CaseIterable, Sendable {
    /// The updates of the spike are dropped, and their data come again later.
    case skip
    /// The run goes back to its last checkpoint.
    case rollBack = "roll-back"
  }

  /// How often one comes in a job.
  public var rate: Frequency
  public var policy: Policy
  /// Steps that a skipped spike costs.
  public var steps: Double

  public init(rate: Frequency, policy: Policy, steps: Double) {
    self.rate = rate
    self.policy = policy
    self.steps = steps
  }
}
