import CostModel
import Hardware
import Parallelism
public import Planner
import Units
import Workload

/// Why a plan that the user names loses, fleet by fleet.
public struct ExplanationReport: Sendable {
  /// One part of the step, or of the memory, beside the best plan's; or what came of the plan.
  public struct Row: Sendable {
    var fleet: String
    var item: String
    var unit: String
    var this: Double?
    var best: Double?
    var remark: String?
  }

  let explanations: [PlanExplanation]
  let scenario: Scenario

  public init(_ explanations: [PlanExplanation], of scenario: Scenario) {
    self.explanations = explanations
    self.scenario = scenario
  }

  /// For each fleet what came of the plan, then times by part, longest difference first, and memory.
  public var table: Table<Row> {
    Table(
      columns: Self.columns + [Column("remark", \.remark)],
      rows: explanations.flatMap { explanation in
        let remark = explanation.sentence(scenario)
        return [
          Row(fleet: explanation.fleet.id, item: "verdict", unit: "", remark: remark)
        ] + explanation.rows
      })
  }

  private static var columns: [Column<Row>] {
    [
      Column("fleet", \.fleet), Column("item", \.item), Column("unit", \.unit),
      Column("this", \.this, decimals: 3), Column("best", \.best, decimals: 3),
      Column(
        "difference", { row in row.this.flatMap { this in row.best.map { this - $0 } } },
        decimals: 3),
    ]
  }

  /// A sentence for each fleet, then the numbers.
  public var terminalText: String {
    let sentences = explanations.flatMap { wrap($0.sentence(scenario), to: 100) }
    let text = sentences.map { $0 + "\n" }.joined()
    let numbers = Table(columns: Self.columns, rows: explanations.flatMap(\.rows))
    return numbers.rows.isEmpty ? text : text + "\n" + numbers.terminalText()
  }
}

extension PlanExplanation {
  fileprivate var rows: [ExplanationReport.Row] {
    switch verdict {
    case .barred, .refused, .cannotRun: []
    case .outOfMemory(let estimate): memory(estimate)
    case .runs(let estimate): times(estimate) + memory(estimate)
    }
  }

  private func times(_ estimate: StepEstimate) -> [ExplanationReport.Row] {
    let rows = StepBreakdown.Part.allCases.map { part in
      row(part.reportName, "s", estimate.breakdown[part].value, best?.breakdown[part].value)
    }.filter { $0.this != 0 || $0.best ?? 0 != 0 }
    let gap = { (row: ExplanationReport.Row) in (row.this ?? 0) - (row.best ?? 0) }
    let order = rows.indices.sorted { (-gap(rows[$0]), $0) < (-gap(rows[$1]), $1) }
    return [row("step", "s", estimate.stepTime.value, best?.stepTime.value)]
      + order.map { rows[$0] }
  }

  private func memory(_ estimate: StepEstimate) -> [ExplanationReport.Row] {
    let parts: [(String, @Sendable (StageMemory) -> Bytes)] = [
      ("peak_memory", \.total), ("weights", \.weights), ("gradients", \.gradients),
      ("optimizer", \.optimizer), ("activations", \.activations), ("transient", \.transient),
      ("reserved", \.reserved),
    ]
    return parts.map { name, part in
      row(
        name, "GB", part(estimate.peakMemory) / Bytes.GB,
        best.map { part($0.peakMemory) / Bytes.GB })
    } + [
      row(
        "capacity", "GB", estimate.memoryCapacity / Bytes.GB, best.map { $0.memoryCapacity / .GB })
    ]
  }

  private func row(
    _ item: String, _ unit: String, _ this: Double, _ best: Double?
  ) -> ExplanationReport.Row {
    ExplanationReport.Row(fleet: fleet.id, item: item, unit: unit, this: this, best: best)
  }
}
