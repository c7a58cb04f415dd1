public import CostModel
public import Parallelism
public import Units

/// Whoever is told what happens in a simulated step while it happens, so that nobody has to keep all of it.
public protocol StepRecorder: AnyObject {
  /// What the step is made of, before anything happens.
  func begin(_ outline: StepOutline)

  /// Spans and passes come in the order in which they started, each as soon as it and all before it have
  /// ended.
  ///
  /// - Parameter index: Its place in that order, passes included.
  func record(_ span: StepTimeline.Span, index: Int)
  func record(_ pass: StepTimeline.PassSpan)

  /// Samples of memory come when they are taken.
  func record(_ sample: StepTimeline.MemorySample)
}

/// What is known of a step before it runs.
public struct StepOutline: Sendable {
  public let stages: Int
  public let lanes: Int
  /// By lane, its rank in the first stage; of alike ranks that it stands for, the first.
  public let firstRanks: [Int]
  /// By lane, whether any of its ranks has a slow link that not all have.
  public let areSlow: [Bool]
  public let chunks: Int
  /// By stage, how many passes a lane runs.
  public let passes: [Int]
  /// What the segments of spans are.
  public let segments: [ScriptSegment]
}

extension StepTimeline {
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
      /// Part of a pass: the place of its segment in `StepOutline.segments`.
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
    /// Its place in the order in which passes ended.
    public var place: Int
  }

  /// What a stage holds from an instant on, without what it holds all through the step.
  public struct MemorySample: Hashable, Sendable {
    public var lane: Int
    public var stage: Int
    public var time: SimTime
    public var activations: Bytes
    public var transient: Bytes
  }
}
