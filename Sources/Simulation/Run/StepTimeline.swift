public import CostModel
public import Parallelism
public import Units

/// What happened when in a simulated step.
public struct StepTimeline: Sendable {
  /// Something that a rank class did on one of its streams.
  public struct Span: Hashable, Sendable {
    /// A row of the picture.
    public enum Stream: Hashable, Sendable {
      case compute
      /// Communication that a pass waits for.
      case foreground(ScriptStep.Stream)
      /// Communication that runs on behind work.
      case background(ScriptStep.Stream)
      /// Gathers and scatters of shared weights, ahead of passes and behind them.
      case sharding
      case sendForward, sendBackward
    }

    public enum Activity: Hashable, Sendable {
      /// Part of a pass: the place of its segment in `StepTimeline.segments`.
      case segment(PipelinePass, Int)
      /// A result on its way from the stage of the pass that made it.
      case send(PipelinePass)
      case reduction, optimizer, gather
    }

    public var lane: Int
    public var stage: Int
    public var stream: Stream
    public var activity: Activity
    public var start: SimTime
    public var end: SimTime
    /// The span whose end let this one start; nil where it could start at once.
    public var cause: Int?
  }

  /// One pass from its start to its end.
  public struct PassSpan: Hashable, Sendable {
    public var lane: Int
    public var stage: Int
    public var pass: PipelinePass
    /// Whether another pass ran together with it.
    public var isPaired: Bool
    public var start: SimTime
    public var end: SimTime
  }

  /// What a stage holds from an instant on, without what it holds all through the step.
  public struct MemorySample: Hashable, Sendable {
    public var stage: Int
    public var time: SimTime
    public var activations: Bytes
    public var transient: Bytes
  }

  public let stages: Int
  public let lanes: Int
  /// In the order in which they started; empty, as the next two, where only sums were asked for.
  public internal(set) var spans = SpanList()
  /// In the order in which they ended.
  public internal(set) var passes: [PassSpan] = []
  /// Of the first lane.
  public internal(set) var memory: [MemorySample] = []
  /// By stage, the most that its first lane held at once for its passes.
  private var highest: [Bytes]
  /// What the segments of spans are.
  public internal(set) var segments: [ScriptSegment] = []
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

  mutating func note(_ sample: MemorySample, records: Bool) {
    highest[sample.stage] = max(highest[sample.stage], sample.activations + sample.transient)
    if records { memory.append(sample) }
  }
}
