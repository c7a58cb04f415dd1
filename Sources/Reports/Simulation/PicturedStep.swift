import CostModel
import Parallelism
import Simulation
import Units

/// What a picture of a step shows of it: in memory that does not grow with the step, because a picture has
/// only so much room.
///
/// Where a stage's passes have two pixels each in the mean, every pass is kept; where they have less, the
/// shares of time that passes take of each two pixels. Memory likewise.
final class PicturedStep: StepRecorder {
  let end: SimTime
  private let lane: Int
  /// The stage whose memory is shown.
  let fullest: Int
  /// The width of the picture in steps of two pixels.
  let columns: Int

  /// Whether there are too many passes to show each.
  private(set) var isDense = false
  /// In the order in which they ended.
  var passes: [StepTimeline.PassSpan] { kept.sorted { $0.place < $1.place } }
  private var kept: [StepTimeline.PassSpan] = []
  /// Where passes are too many: by stage, direction and column, the share of its time.
  private(set) var shares: [[[Double]]] = []
  private(set) var directions: Set<PipelinePass.Direction> = []
  /// What stages do once a step.
  private(set) var updates: [StepTimeline.Span] = []
  /// Of the fullest stage; where passes are too many, the least and the most of each column.
  private(set) var memory: [StepTimeline.MemorySample] = []
  private(set) var levels: [(least: Bytes, most: Bytes)?] = []

  init(end: SimTime, lane: Int, fullest: Int, columns: Int) {
    self.end = end
    self.lane = lane
    self.fullest = fullest
    self.columns = columns
  }

  func begin(_ outline: StepOutline) {
    isDense = outline.passes.contains { $0 > columns }
    guard isDense else { return }
    let none = Array(repeating: 0.0, count: columns)
    shares = Array(
      repeating: Array(repeating: none, count: PipelinePass.Direction.allCases.count),
      count: outline.stages)
    levels = Array(repeating: nil, count: columns)
  }

  func record(_ pass: StepTimeline.PassSpan) {
    guard pass.lane == lane else { return }
    directions.insert(pass.pass.direction)
    if isDense { share(pass) } else { kept.append(pass) }
  }

  func record(_ span: StepTimeline.Span, index: Int) {
    guard span.lane == lane, span.end > span.start else { return }
    if case .background = span.stream { return }
    switch span.activity {
    case .segment, .send: return
    case .reduction, .optimizer, .gather: updates.append(span)
    }
  }

  func record(_ sample: StepTimeline.MemorySample) {
    guard sample.lane == lane, sample.stage == fullest else { return }
    guard isDense else { return memory.append(sample) }
    let level = sample.activations + sample.transient
    let column = min(columns - 1, Int(place(sample.time)))
    let before = levels[column]
    levels[column] = (min(before?.least ?? level, level), max(before?.most ?? level, level))
  }

  /// In columns.
  private func place(_ time: SimTime) -> Double {
    Double(columns) * Double(time.nanoseconds) / max(1, Double(end.nanoseconds))
  }

  /// Of two passes that run together each has half the height.
  private func share(_ pass: StepTimeline.PassSpan) {
    let (from, to) = (place(pass.start), place(pass.end))
    for column in Int(from)..<max(Int(from), min(columns, Int(to.rounded(.up)))) {
      let time = min(to, Double(column + 1)) - max(from, Double(column))
      shares[pass.stage][Int(pass.pass.direction.rawValue)][column] +=
        pass.isPaired ? time / 2 : time
    }
  }
}
