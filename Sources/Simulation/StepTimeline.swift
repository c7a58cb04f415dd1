public import Parallelism

/// What happened when in a simulated step.
public struct StepTimeline: Sendable {
  /// Something that a stage did.
  public struct Span: Hashable, Sendable {
    public enum Activity: Hashable, Sendable {
      case pass(PipelinePass)
      /// A result on its way to the stage that needs it, from the stage of the pass that made it.
      case send(PipelinePass)
      case reduction, optimizer, gather
    }

    public var stage: Int
    public var activity: Activity
    public var start: SimTime
    public var end: SimTime
  }

  /// In the order in which they started.
  public internal(set) var spans: [Span] = []
  /// By stage, how long passes and the sends that it waited for held its compute stream.
  public internal(set) var busy: [SimDuration]
  /// When every stage has finished its last pass.
  public internal(set) var pipelineEnd = SimTime.zero
  /// When every stage has summed its gradients.
  public internal(set) var gradientsReady = SimTime.zero
  /// When every stage has its new weights.
  public internal(set) var end = SimTime.zero

  init(stages: Int) { busy = Array(repeating: .zero, count: stages) }

  /// How long a stage stood idle before the pipeline had ended.
  public func idle(stage: Int) -> SimDuration { pipelineEnd - (SimTime.zero + busy[stage]) }
}
