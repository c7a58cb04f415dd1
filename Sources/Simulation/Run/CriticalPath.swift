public import CostModel
public import Parallelism
public import Units

/// The chain of spans that the end of a step waited for, each from its own start to the start of the
/// next: shorten anything else, and the step takes as long.
public struct CriticalPath: Sendable {
  /// What some of the chain did.
  public struct Item: Hashable, Sendable {
    public enum What: Hashable, Sendable {
      case step(ScriptStep.Label, PipelinePass.Direction)
      case send, reduction, optimizer, gather
    }

    public var what: What
    public var stream: StepTimeline.Span.Stream
  }

  /// How long the chain was busy with what, the longest first.
  public let items: [(item: Item, time: Seconds)]
  /// By stage, how long the chain lay on it.
  public let stages: [Seconds]
  /// A lane, told by its rank in the first stage, and how long the chain lay on it. Of ranks that come to a
  /// collective at one instant any may be the one that it waited for.
  public struct Lane: Sendable {
    public var firstRank: Int
    /// Whether any of its ranks has a slow link that not all have.
    public var isSlow: Bool
    public var time: Seconds
  }

  public let lanes: [Lane]
  public let length: Seconds

  /// - Parameter items: Equal times keep their order; items without time are left out.
  init(
    items: [(item: Item, time: Seconds)], stages: [Seconds], lanes: [Lane]
  ) {
    self.items = items.filter { $0.time > .zero }.enumerated()
      .sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
    self.stages = stages
    self.lanes = lanes
    length = self.items.reduce(.zero) { $0 + $1.time }
  }
}
