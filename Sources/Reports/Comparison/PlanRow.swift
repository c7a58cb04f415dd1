import CostModel
import Hardware
import Parallelism
import Planner
import TrainingRun
import Units
import Workload

/// One of the best plans of a model on a fleet.
public struct PlanRow: Sendable {
  var model: String
  var fleet: String
  var rank: Int
  var step: StepEstimate
  /// The plan in a line, with the number format where it is not the scenario's.
  var plan: String
  var run: RunEstimate

  static func columns(currency: String) -> [Column<PlanRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column(count: "rank", \.rank),
      Column(count: "devices", \.step.plan.ranks),
      Column("precision", \.step.precision.rawValue),
      Column(count: "tp", \.step.plan.tensor),
      Column(count: "cp", \.step.plan.context),
      Column(count: "pp", \.step.plan.pipeline),
      Column(count: "vpp", \.step.plan.virtualStages),
      Column(count: "dp", \.step.plan.data),
      Column(count: "ep", \.step.plan.expert),
      Column(count: "etp", \.step.plan.expertTensor),
      Column(count: "micro_batch", \.step.plan.microBatch),
      Column(count: "first_stage_layers", \.step.plan.firstStageLayers),
      Column(count: "last_stage_layers", \.step.plan.lastStageLayers),
      Column("schedule", \.step.plan.scheduleName),
      Column("sharding", \.step.plan.sharding.rawValue),
      Column(count: "prefetch", \.step.plan.prefetch),
      Column("overlap", \.step.plan.overlap.summary),
      Column("recompute", \.step.plan.recompute.summary),
      Column("step_time_s", \.step.stepTime, in: Seconds(1), decimals: 4),
      Column("mfu_causal_percent", { 100 * $0.step.modelUtilization }, decimals: 2),
      Column(
        "bubble_percent", { 100 * ($0.step.breakdown[.bubble] / $0.step.stepTime) }, decimals: 2),
      Column("peak_memory_gb", \.step.peakMemory.total, in: Bytes.GB, decimals: 2),
      Column("run_cost_\(currency)", \.run.cost, in: Money(1), decimals: 0),
    ]
  }

  static func terminalColumns(currency: String) -> [Column<PlanRow>] {
    [
      Column("fleet", \.fleet),
      Column(count: "rank", \.rank),
      Column("plan", \.plan),
      Column("step_s", \.step.stepTime, in: Seconds(1), decimals: 3),
      Column("MFU_%", { 100 * $0.step.modelUtilization }, decimals: 1),
      Column("bubble_%", { 100 * ($0.step.breakdown[.bubble] / $0.step.stepTime) }, decimals: 1),
      Column("memory_GB", \.step.peakMemory.total, in: Bytes.GB, decimals: 1),
      Column("cost_M_\(currency)", \.run.cost, in: Money(1e6), decimals: 2),
    ]
  }
}

extension Comparison {
  /// The best plans of each model and fleet, best first.
  var planRows: [PlanRow] {
    entries.flatMap { entry -> [PlanRow] in
      guard case .found(let found) = entry.outcome else { return [] }
      return found.plans.enumerated().map { index, step in
        planRow(step, rank: index + 1, of: entry)
      }
    }
  }

  func planRow(_ step: StepEstimate, rank: Int, of entry: Entry) -> PlanRow {
    var fleet = entry.fleet
    fleet.size = step.plan.ranks
    return PlanRow(
      model: entry.model.id, fleet: entry.fleet.id, rank: rank, step: step,
      plan: step.summary(in: scenario.recipe),
      run: RunEstimate(step: step, fleet: fleet, tokens: scenario.recipe.tokens))
  }
}

extension StepEstimate {
  /// The plan in a line, after the number format where it is not that of a recipe.
  func summary(in recipe: TrainingRecipe) -> String {
    precision == recipe.precision ? plan.summary : "\(precision.rawValue) \(plan.summary)"
  }
}
