public import CostModel
public import Units

/// What came of a simulated step: its times, and the sums of what happened in it. What happened when is told
/// to a `StepRecorder`.
public struct StepTimeline: Sendable {
  public let stages: Int
  public let lanes: Int
  /// By stage, the most that its first lane held at once for its passes.
  private var highest: [Bytes]
  /// By rank class, how long passes and the sends that it waited for held it.
  public internal(set) var busy: [SimDuration]
  /// By rank class, what it did in that time.
  public internal(set) var work: [StepBreakdown]
  /// When every stage has finished its last pass.
  public internal(set) var pipelineEnd = SimTime.zero
  /// When every stage has summed its gradients.
  public internal(set) var gradientsReady = SimTime.zero
  /// When every stage has its new weights.
  public internal(set) var end = SimTime.zero
  /// Flows that others on their links slowed down, or a slow link.
  public internal(set) var slowedFlows = 0
  /// What went over the links of all rank classes.
  public internal(set) var sent = LinkTraffic.none
  /// What the end of the step waited for; nil where nobody recorded the step.
  public internal(set) var criticalPath: CriticalPath?

  init(stages: Int, lanes: Int) {
    self.stages = stages
    self.lanes = lanes
    highest = Array(repeating: .zero, count: stages)
    busy = Array(repeating: .zero, count: stages * lanes)
    work = Array(repeating: StepBreakdown(), count: stages * lanes)
  }

  /// How long a stage's first lane stood idle before the pipeline had ended.
  public func idle(stage: Int) -> SimDuration { pipelineEnd - (SimTime.zero + busy[stage]) }

  /// The most that a stage held at once for its passes.
  public func peak(stage: Int) -> Bytes { highest[stage] }

  mutating func note(_ sample: MemorySample) {
    highest[sample.stage] = max(highest[sample.stage], sample.activations + sample.transient)
  }
}
