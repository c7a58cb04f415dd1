public import CostModel
public import Hardware
import Parallelism
public import Units

/// One job as its simulation knows it: so much work, on so many devices that fail in such ways.
public struct RunJob: Sendable {
  /// The steps of all tokens at the full batch, undisturbed.
  public let work: Seconds
  /// What the batch ramp adds.
  public let rampWork: Seconds
  public let stepTime: Seconds
  public let devices: Int
  /// Devices that leave together where a job shrinks: one data-parallel replica.
  public let replica: Int
  public let reliability: Reliability
  public let conditions: RunConditions
  /// The plan's interval, or the best.
  public let interval: Seconds
  /// Stops a second in the whole job, announced ones left out.
  public let interruptionRate: Frequency
  /// Wall-clock time for one of work while nothing is broken, and the parts of it.
  let pace: Double
  let stragglerPace: Double
  let copyPace: Double
  let evaluationPace: Double

  public init(
    work: Seconds, rampWork: Seconds = .zero, stepTime: Seconds, devices: Int, replica: Int,
    reliability: Reliability, conditions: RunConditions
  ) {
    self.work = work
    self.rampWork = rampWork
    self.stepTime = stepTime
    self.devices = devices
    self.replica = replica
    self.reliability = reliability
    self.conditions = conditions
    let checkpoint = conditions.checkpoint
    interruptionRate = reliability.unplannedRate * Double(devices)
    interval =
      checkpoint.interval ?? CheckpointOptimum(plan: checkpoint, rate: interruptionRate).best
    stragglerPace = conditions.synchronization.pace(devices: devices) - 1
    copyPace = checkpoint.memory.map { $0.stall / $0.interval } ?? 0
    evaluationPace = conditions.evaluation / (1 - conditions.evaluation)
    pace = 1 + stragglerPace + copyPace + evaluationPace
  }

  /// A run of some tokens at the pace of a step.
  public init(
    step: StepEstimate, tokens: Tokens, rampWork: Seconds = .zero, reliability: Reliability,
    conditions: RunConditions
  ) {
    self.init(
      work: tokens / step.throughput, rampWork: rampWork, stepTime: step.stepTime,
      devices: step.plan.ranks, replica: step.plan.ranks / max(1, step.plan.data),
      reliability: reliability, conditions: conditions)
  }
}
