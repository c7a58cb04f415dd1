public import Parallelism
public import Units

/// One operation of a pass, as the streams of a rank see it: how long the pass waits for it, and what
/// of it runs on behind what follows.
public struct ScriptStep: Sendable {
  public enum Stream: Int, CaseIterable, Sendable {
    case compute, tensor, context, expert, expertTensor, data

    /// The part of the breakdown that holds its exposed communication.
    public var part: StepBreakdown.Part {
      switch self {
      case .compute: .idealCompute
      case .tensor: .tensorCommunication
      case .context: .contextCommunication
      case .expert, .expertTensor: .expertCommunication
      case .data: .dataCommunication
      }
    }
  }

  public enum Label: Hashable, Sendable {
    case operation(Operation.Name)
    /// What the host adds, and whatever else the block takes beside its operations.
    case host
    /// Of weights that are shared out, and of their gradients.
    case weightGather, gradientScatter
  }

  public var label: Label
  public var stream: Stream
  /// Whether it makes gradients of weights, for which nobody waits.
  public var isPutOff: Bool
  /// What the pass waits for, by part.
  public var parts: StepBreakdown
  /// Communication that work which follows hides.
  public var hidden: Seconds
  public var traffic: LinkTraffic

  public init(
    _ label: Label, stream: Stream, isPutOff: Bool = false, parts: StepBreakdown,
    hidden: Seconds = .zero, traffic: LinkTraffic = .none
  ) {
    self.label = label
    self.stream = stream
    self.isPutOff = isPutOff
    self.parts = parts
    self.hidden = hidden
    self.traffic = traffic
  }
}

/// Steps that a stream runs without a pause: successive work of the compute stream, or one
/// communication.
public struct ScriptSegment: Sendable {
  public var stream: ScriptStep.Stream
  public var steps: [ScriptStep]
  public var parts: StepBreakdown
  public var hidden: Seconds
  public var traffic: LinkTraffic

  /// How long its pass waits for it.
  public var held: Seconds { parts.total }

  /// Puts successive steps of the compute stream together.
  static func segments(_ steps: [ScriptStep]) -> [ScriptSegment] {
    var segments: [ScriptSegment] = []
    for step in steps where step.parts.total > .zero || step.hidden > .zero {
      if step.stream == .compute, segments.last?.stream == .compute {
        segments[segments.count - 1].steps.append(step)
        segments[segments.count - 1].parts += step.parts
      } else {
        segments.append(
          ScriptSegment(
            stream: step.stream, steps: [step], parts: step.parts, hidden: step.hidden,
            traffic: step.traffic))
      }
    }
    return segments
  }
}

/// The passes of one block of the model, segment by segment.
public struct BlockScript: Sendable {
  public let forward: [ScriptSegment]
  public let backward: [ScriptSegment]
  /// The backward pass without gradients of weights, and these alone.
  public let inputGradient: [ScriptSegment]
  public let weightGradient: [ScriptSegment]
  /// What ZeRO-2 and 3 add to each pass.
  public let sharded: ShardedCalls<[ScriptSegment]>
  /// Whether gradients of weights can be put off.
  public let isSplit: Bool

  init(
    forward: [ScriptStep], backward: [ScriptStep],
    sharded: ShardedCalls<[ScriptSegment]> = ShardedCalls(), isSplit: Bool
  ) {
    self.sharded = sharded
    self.isSplit = isSplit
    self.forward = ScriptSegment.segments(forward)
    self.backward = ScriptSegment.segments(backward)
    guard isSplit else {
      inputGradient = self.backward
      weightGradient = []
      return
    }
    inputGradient = ScriptSegment.segments(backward.filter { !$0.isPutOff })
    weightGradient = ScriptSegment.segments(backward.filter(\.isPutOff))
  }
}

extension BlockScript {
  /// A block whose passes are of one piece.
  public init(forward: Seconds, backward: Seconds, weightGradient: Seconds) {
    func work(_ time: Seconds, isPutOff: Bool = false) -> ScriptStep {
      var parts = StepBreakdown()
      parts[.idealCompute] = time
      return ScriptStep(.host, stream: .compute, isPutOff: isPutOff, parts: parts)
    }
    self.init(
      forward: [work(forward)],
      backward: [work(backward - weightGradient), work(weightGradient, isPutOff: true)],
      isSplit: true)
  }

  /// Whether its weights or gradients are shared out for the time that it does not run.
  public var isSharded: Bool {
    [sharded.gather, sharded.scatter].contains { $0.exposed != nil || $0.hidden != nil }
  }

  /// The segments of its own that a pass in a direction runs.
  public func segments(_ direction: PipelinePass.Direction) -> [ScriptSegment] {
    switch direction {
    case .forward: forward
    case .backward: backward
    case .inputGradient: inputGradient
    case .weightGradient: weightGradient
    }
  }
}
