import CSV
import CostModel
import Parallelism
import Simulation

/// `timeline.csv` as it comes: the passes of one lane, its sends, its gathers and scatters and what it did
/// once a step, by stage and start; of equal starts passes first, in the order in which they ended.
final class TimelineFile: StepRecorder {
  private let file: WholeFile
  private let spool: SectionSpool
  private let lane: ShownLane
  private var segments: [ScriptSegment] = []
  /// By stage, rows of one start: the last that came.
  private var waiting: [[(place: Int, row: TimelineRow)]]

  init(_ path: String, stages: Int, lane: ShownLane) throws(WriteFault) {
    self.lane = lane
    file = try WholeFile(path)
    spool = try SectionSpool(sections: stages, for: path)
    waiting = Array(repeating: [], count: stages)
  }

  func begin(_ outline: StepOutline) {
    segments = outline.segments
    file.append(CSVWriter.line(TimelineRow.columns.map(\.header)))
  }

  func record(_ pass: StepTimeline.PassSpan) {
    guard pass.lane == lane.index else { return }
    add(TimelineRow(pass, rank: lane.rank(pass.stage)), place: pass.place)
  }

  func record(_ span: StepTimeline.Span, index: Int) {
    guard span.lane == lane.index, span.end > span.start,
      let row = TimelineRow(span, rank: lane.rank(span.stage), segments: segments)
    else { return }
    add(row, place: .max)
  }

  func record(_ sample: StepTimeline.MemorySample) {}

  private func add(_ row: TimelineRow, place: Int) {
    if let first = waiting[row.stage].first, first.row.start < row.start { putAway(row.stage) }
    waiting[row.stage].append((place, row))
  }

  private func putAway(_ stage: Int) {
    let rows = waiting[stage].enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
    for (_, (_, row)) in rows {
      spool.append(CSVWriter.line(TimelineRow.columns.map { $0.cell(row).plain }), to: stage)
    }
    waiting[stage].removeAll(keepingCapacity: true)
  }

  /// Gives the file its name when the step has ended.
  func finish() throws(WriteFault) {
    for stage in waiting.indices { putAway(stage) }
    try spool.write(to: file)
    try file.finish()
  }
}
