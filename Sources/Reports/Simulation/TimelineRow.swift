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

extension TimelineRow {
  init(_ pass: StepTimeline.PassSpan) {
    self.init(
      stage: pass.stage, activity: pass.pass.direction.name, microBatch: pass.pass.microBatch,
      chunk: pass.pass.chunk, isPaired: pass.isPaired, start: pass.start, end: pass.end)
  }

  /// Nil for a part of a pass.
  init?(_ span: StepTimeline.Span) {
    var pass: PipelinePass?
    switch span.activity {
    case .segment: return nil
    case .send(let sent):
      pass = sent
      activity = sent.direction == .forward ? "send_forward" : "send_backward"
    case .reduction: activity = "gradient_reduction"
    case .optimizer: activity = "optimizer"
    case .gather: activity = "parameter_gather"
    }
    stage = span.stage
    microBatch = pass?.microBatch
    chunk = pass?.chunk
    isPaired = false
    start = span.start
    end = span.end
  }
}
