import CostModel
import Parallelism
import Simulation
import Units

/// A line of `timeline.csv`: something that a stage did, from when to when.
struct TimelineRow: Sendable {
  var stage: Int
  var rank: Int
  var activity: String
  var microBatch: Int?
  var chunk: Int?
  var isPaired: Bool
  var start: SimTime
  var end: SimTime

  static let columns: [Column<TimelineRow>] = [
    Column(count: "stage", \.stage),
    Column(count: "rank", \.rank),
    Column("activity", \.activity),
    Column(count: "micro_batch", \.microBatch),
    Column(count: "chunk", \.chunk),
    Column("paired", { $0.isPaired ? "yes" : "no" }),
    Column("start_s", { ($0.start - .zero).amount }, in: Seconds(1), decimals: 9),
    Column("end_s", { ($0.end - .zero).amount }, in: Seconds(1), decimals: 9),
  ]
}

extension TimelineRow {
  init(_ pass: StepTimeline.PassSpan, rank: Int) {
    self.init(
      stage: pass.stage, rank: rank, activity: pass.pass.direction.name,
      microBatch: pass.pass.microBatch, chunk: pass.pass.chunk, isPaired: pass.isPaired,
      start: pass.start, end: pass.end)
  }

  /// Nil for a part of a pass; gathers and scatters of shared weights have a stream of their own.
  init?(_ span: StepTimeline.Span, rank: Int, segments: [ScriptSegment]) {
    var pass: PipelinePass?
    switch span.activity {
    case .segment(let own, let segment):
      guard span.stream == .sharding, let label = segments[segment].steps.first?.label else {
        return nil
      }
      pass = own
      activity = label.name
    case .send(let sent):
      pass = sent
      activity = sent.direction == .forward ? "send_forward" : "send_backward"
    case .reduction: activity = "gradient_reduction"
    case .optimizer: activity = "optimizer"
    case .gather: activity = "parameter_gather"
    }
    stage = span.stage
    self.rank = rank
    microBatch = pass?.microBatch
    chunk = pass?.chunk
    isPaired = false
    start = span.start
    end = span.end
  }
}
