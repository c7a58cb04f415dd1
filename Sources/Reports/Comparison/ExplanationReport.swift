import CostModel
import Hardware
import Parallelism
public import Planner
import Units
import Workload

/// Why a plan that the user names loses, fleet by fleet.
public struct ExplanationReport: Sendable {
  /// One part of the step, or of the memory, beside the best plan's.
  public struct Row: Sendable {
    var fleet: String
    var item: String
    var unit: String
    var this: Double
    var best: Double?
  }

  let explanations: [PlanExplanation]

  public init(_ explanations: [PlanExplanation]) { self.explanations = explanations }

  /// Times by part, longest difference first, and memory.
  public var table: Table<Row> {
    Table(
      columns: [
        Column("fleet", \.fleet), Column("item", \.item), Column("unit", \.unit),
        Column("this", \.this, decimals: 3), Column("best", \.best, decimals: 3),
        Column("difference", { row in row.best.map { row.this - $0 } }, decimals: 3),
      ], rows: explanations.flatMap(\.rows))
  }

  /// A sentence for each fleet, then the table.
  public var terminalText: String {
    let lines = explanations.flatMap { wrap($0.sentence, to: 100) }.map { $0 + "\n" }.joined()
    return explanations.allSatisfy(\.rows.isEmpty) ? lines : lines + "\n" + table.terminalText()
  }
}

extension PlanExplanation {
  private var name: String { "\(model.id) on \(fleet.id): \(plan.summary)" }

  fileprivate var sentence: String {
    switch verdict {
    case .refused(let faults):
      "\(name) is refused. " + faults.map(\.description).joined(separator: " ")
    case .cannotRun(let fault): "\(name) cannot run. \(fault)"
    case .outOfMemory(let estimate): "\(name) does not fit. \(estimate.shortfallRemark)"
    case .runs(let estimate): comparison(estimate)
    }
  }

  private func comparison(_ estimate: StepEstimate) -> String {
    let time = fixed(estimate.stepTime.value, decimals: 3)
    guard let best else { return "\(name) takes \(time) s a step, and no plan of the search fits." }
    let gap = fixed(100 * (estimate.stepTime / best.stepTime - 1), decimals: 1)
    let worst = StepBreakdown.Part.allCases.max {
      estimate.breakdown[$0] - best.breakdown[$0] < estimate.breakdown[$1] - best.breakdown[$1]
    }
    let reason = worst.map { part in
      let more = fixed((estimate.breakdown[part] - best.breakdown[part]).value, decimals: 3)
      return " Most of it is \(part.reportName): \(more) s more."
    }
    return "\(name) takes \(time) s a step, \(gap) % longer than \(best.plan.summary)."
      + (estimate.stepTime > best.stepTime ? reason ?? "" : "")
  }

  fileprivate var rows: [ExplanationReport.Row] {
    switch verdict {
    case .refused, .cannotRun: []
    case .outOfMemory(let estimate): memory(estimate)
    case .runs(let estimate): times(estimate) + memory(estimate)
    }
  }

  private func times(_ estimate: StepEstimate) -> [ExplanationReport.Row] {
    let rows = StepBreakdown.Part.allCases.map { part in
      row(part.reportName, "s", estimate.breakdown[part].value, best?.breakdown[part].value)
    }.filter { $0.this != 0 || $0.best ?? 0 != 0 }
    let gap = { (row: ExplanationReport.Row) in row.this - (row.best ?? 0) }
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
