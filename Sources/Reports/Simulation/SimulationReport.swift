import CostModel
import Glibc
import Parallelism
public import Planner
import Simulation
import Units

/// The reports of one simulated step.
public struct SimulationReport: Sendable {
  let study: StepStudy
  /// What the end of the step waited for; nil until the timeline is written.
  var path: CriticalPath?
  /// What the timeline shows; nil until it is written.
  var lane: ShownLane?

  public init(_ study: StepStudy) { self.study = study }

  /// Writes what sums tell: each file whole or not at all, as all of these reports.
  public func writeSums(to folder: String) throws(WriteFault) {
    try Reports.write(cases.csvText, to: "\(folder)/simulation.csv")
    try Reports.write(breakdown.csvText, to: "\(folder)/step-breakdown.csv")
  }

  /// Removes what an earlier run told of the timeline of another step.
  public func removeTimeline(from folder: String) {
    for name in Self.timelineFiles { unlink("\(folder)/\(name)") }
  }

  private static let timelineFiles = [
    "critical-path.csv", "critical-places.csv", "timeline.csv", "pipeline.svg",
  ]

  /// Runs the step once more and writes what happens when, while it happens.
  ///
  /// - Parameter trace: A file for a trace; nil writes none.
  public mutating func writeTimeline(to folder: String, trace: String? = nil) throws {
    let lane = try shownLane()
    self.lane = lane
    let timeline = try TimelineFile(
      "\(folder)/timeline.csv", stages: study.timeline.stages, lane: lane)
    let picture = PipelinePicture.drawing(study, lane)
    let events = try trace.map { try ChromeTrace($0, memory: study.estimate.memory, lane: lane) }
    let recorders: [(any StepRecorder)?] = [timeline, picture, events]
    path = try study.replay(to: RecorderGroup(recorders.compactMap(\.self)))
    try Reports.write(criticalPath.csvText, to: "\(folder)/critical-path.csv")
    try Reports.write(criticalPlaces.csvText, to: "\(folder)/critical-places.csv")
    try timeline.finish()
    try Reports.write(PipelinePicture(study, picture, lane).svg, to: "\(folder)/pipeline.svg")
    try events?.finish()
  }

  /// Where ranks of a stage differ, the lane on which the end of the step waited longest; one with a slow
  /// link before others.
  private func shownLane() throws -> ShownLane {
    let plan = study.estimate.plan
    let lanes = study.timeline.lanes > 1 ? try study.replay(to: RecorderGroup([]))?.lanes : nil
    let slow = lanes?.contains(where: \.isSlow) ?? false
    let longest = lanes?.enumerated().filter { !slow || $0.element.isSlow }
      .max { ($0.element.time, $1.offset) < ($1.element.time, $0.offset) }
    return ShownLane(
      index: longest?.offset ?? 0, firstRank: longest?.element.firstRank ?? 0,
      isSlow: slow, stageRanks: plan.ranks / plan.pipeline)
  }

  /// The step as asked, and what it would be otherwise.
  public var cases: Table<StepStudy.Case> {
    let asked = study.estimate.stepTime
    return Table(
      columns: [
        Column("case", { $0.kind.rawValue }),
        Column("step_time_s", { $0.step.stepTime }, in: Seconds(1), decimals: 6),
        Column("asked_is_longer_by_s", { asked - $0.step.stepTime }, in: Seconds(1), decimals: 6),
        Column(
          "asked_is_longer_by_percent", { 100 * (asked / $0.step.stepTime - 1) }, decimals: 3),
        Column(
          "bubble_percent", { 100 * ($0.step.breakdown[.bubble] / $0.step.stepTime) }, decimals: 3),
        Column("mfu_percent", { 100 * $0.step.modelUtilization }, decimals: 3),
      ], rows: study.cases)
  }

  struct Part: Sendable {
    var name: String
    var simulated: Seconds
    var formula: Seconds
  }

  /// Where the step's time goes, by simulation and by formula.
  var breakdown: Table<Part> {
    let formula = study.cases.last?.step.breakdown ?? StepBreakdown()
    let whole = study.estimate.stepTime
    return Table(
      columns: [
        Column("part", \.name),
        Column("simulated_s", \.simulated, in: Seconds(1), decimals: 6),
        Column("share_percent", { 100 * ($0.simulated / whole) }, decimals: 3),
        Column("formula_s", \.formula, in: Seconds(1), decimals: 6),
      ],
      rows: StepBreakdown.Part.allCases.map {
        Part(name: $0.reportName, simulated: study.estimate.breakdown[$0], formula: formula[$0])
      })
  }

  struct PathRow: Sendable {
    var item: CriticalPath.Item
    var time: Seconds
    var share: Double
  }

  /// What the end of the step waited for.
  var criticalPath: Table<PathRow> {
    Table(
      columns: [
        Column("operation", { $0.item.what.name }),
        Column("pass", { $0.item.what.pass }),
        Column("stream", { $0.item.stream.name }),
        Column("time_s", \.time, in: Seconds(1), decimals: 6),
        Column("share_percent", { 100 * $0.share }, decimals: 3),
      ],
      rows: path.map { path in
        path.items.map { PathRow(item: $0.item, time: $0.time, share: $0.time / path.length) }
      } ?? [])
  }
}

/// A stage, or the ranks of one place in every stage, on which the end of the step waited.
struct CriticalPlace: Sendable {
  var stage: Int?
  var firstRank: Int?
  var time: Seconds
}

extension SimulationReport {
  /// By stage, and where ranks of a stage differ by pipeline, how long the end of the step waited there.
  var criticalPlaces: Table<CriticalPlace> {
    let path = path
    let stages = path?.stages.enumerated().map { CriticalPlace(stage: $0, time: $1) } ?? []
    let lanes = (path?.lanes ?? []).map { CriticalPlace(firstRank: $0.firstRank, time: $0.time) }
    return Table(
      columns: [
        Column(count: "stage", \.stage),
        Column(count: "pipeline_of_rank", \.firstRank),
        Column("time_s", \.time, in: Seconds(1), decimals: 6),
        Column(
          "share_percent", { place in path.map { 100 * (place.time / $0.length) } }, decimals: 3),
      ], rows: stages + (lanes.count > 1 ? lanes.filter { $0.time > .zero } : []))
  }
}

extension CriticalPath.Item.What {
  var name: String {
    switch self {
    case .step(let label, _): label.name
    case .send: "send"
    case .reduction: "gradient_reduction"
    case .optimizer: "optimizer"
    case .gather: "parameter_gather"
    }
  }

  var pass: String {
    if case .step(_, let direction) = self { direction.name } else { "" }
  }
}

extension ScriptStep.Label {
  var name: String {
    switch self {
    case .operation(let name): snakeCase(name.rawValue)
    case .host: "host"
    case .weightGather: "weight_gather"
    case .gradientScatter: "gradient_scatter"
    }
  }
}

extension PipelinePass.Direction {
  var name: String {
    switch self {
    case .forward: "forward"
    case .backward: "backward"
    case .inputGradient: "input_gradient"
    case .weightGradient: "weight_gradient"
    }
  }
}

extension StepTimeline.Span.Stream {
  /// As reports and the rows of pictures name it.
  var name: String {
    switch self {
    case .compute: "compute"
    case .foreground(let stream): stream.name
    case .background(let stream): "\(stream.name)_behind"
    case .sharding: "sharding"
    case .sendForward: "send_forward"
    case .sendBackward: "send_backward"
    }
  }

  /// The order of rows in a picture.
  var place: Int {
    switch self {
    case .compute: 0
    case .foreground(let stream): 1 + 2 * stream.rawValue
    case .background(let stream): 2 + 2 * stream.rawValue
    case .sharding: 50
    case .sendForward: 100
    case .sendBackward: 101
    }
  }
}

extension ScriptStep.Stream {
  var name: String {
    switch self {
    case .compute: "compute"
    case .tensor: "tensor"
    case .context: "context"
    case .expert: "expert"
    case .expertTensor: "expert_tensor"
    case .data: "data"
    }
  }
}

/// `queryKeyValue` as `query_key_value`.
private func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { text, letter in
    text += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
  }
}
