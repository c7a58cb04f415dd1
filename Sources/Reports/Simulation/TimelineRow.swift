import Parallelism
import Simulation
import Units

/// A line of `timeline.csv`: something that a stage did, from when to when.
struct TimelineRow: Sendable {
  var stage: Int
  var activity: String
  var microBatch: Int?
  var chunk: Int?
  var isPaired: Bool
  var start: SimTime
  var end: SimTime

  static let columns: [Column<TimelineRow>] = [
    Column(count: "stage", \.stage),
    Column("activity", \.activity),
    Column(count: "micro_batch", \.microBatch),
    Column(count: "chunk", \.chunk),
    Column("paired", { $0.isPaired ? "yes" : "no" }),
    Column("start_s", { ($0.start - .zero).amount }, in: Seconds(1), decimals: 9),
    Column("end_s", { ($0.end - .zero).amount }, in: Seconds(1), decimals: 9),
  ]
}

extension StepTimeline {
  /// The first lane's passes, sends and what it did once a step.
  var rows: [TimelineRow] {
    let passes = passes.filter { $0.lane == 0 }.map {
      TimelineRow(
        stage: $0.stage, activity: $0.pass.direction.name, microBatch: $0.pass.microBatch,
        chunk: $0.pass.chunk, isPaired: $0.isPaired, start: $0.start, end: $0.end)
    }
    let others = spans.compactMap { span -> TimelineRow? in
      guard span.lane == 0, span.end > span.start else { return nil }
      func row(_ activity: String, _ pass: PipelinePass? = nil) -> TimelineRow {
        TimelineRow(
          stage: span.stage, activity: activity, microBatch: pass?.microBatch, chunk: pass?.chunk,
          isPaired: false, start: span.start, end: span.end)
      }
      switch span.activity {
      case .segment: return nil
      case .send(let pass):
        return row(pass.direction == .forward ? "send_forward" : "send_backward", pass)
      case .reduction: return row("gradient_reduction")
      case .optimizer: return row("optimizer")
      case .gather: return row("parameter_gather")
      }
    }
    return (passes + others).enumerated().sorted {
      ($0.element.stage, $0.element.start, $0.offset)
        < ($1.element.stage, $1.element.start, $1.offset)
    }.map(\.element)
  }
}
