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
  public let length: Seconds

  public init(_ timeline: StepTimeline) {
    var times: [Item: Seconds] = [:]
    var order: [Item] = []
    var stages = Array(repeating: Seconds.zero, count: timeline.stages)
    func add(_ what: Item.What, _ stream: StepTimeline.Span.Stream, _ time: Seconds) {
      let item = Item(what: what, stream: stream)
      if times[item] == nil { order.append(item) }
      times[item, default: .zero] += time
    }
    var until = timeline.end
    var next = timeline.lastToEnd
    while let index = next {
      let span = timeline.spans[index]
      next = span.cause
      guard span.start < until else { continue }
      let time = (until - span.start).amount
      until = span.start
      stages[span.stage] += time
      switch span.activity {
      case .segment(let pass, let segment):
        let segment = timeline.segments[segment]
        for step in segment.steps {
          let share =
            segment.held > .zero
            ? step.parts.total / segment.held : 1 / Double(segment.steps.count)
          add(.step(step.label, pass.direction), span.stream, time * share)
        }
      case .send: add(.send, span.stream, time)
      case .reduction: add(.reduction, span.stream, time)
      case .optimizer: add(.optimizer, span.stream, time)
      case .gather: add(.gather, span.stream, time)
      }
    }
    // Equal times keep the order in which they were met.
    items = order.map { ($0, times[$0] ?? .zero) }.enumerated()
      .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }.map(\.element)
    self.stages = stages
    length = items.reduce(.zero) { $0 + $1.time }
  }
}

extension StepTimeline {
  /// The span that ended last, but for what runs on in the background.
  fileprivate var lastToEnd: Int? {
    spans.indices.lazy.filter {
      if case .background = spans[$0].stream { false } else { true }
    }.max { (spans[$0].end, $0) < (spans[$1].end, $1) }
  }
}
