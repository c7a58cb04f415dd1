public import CostModel
public import Hardware
public import Parallelism
public import Workload

/// The time of a step in closed form: operations of a micro-batch added up on each stage, the time of
/// the pipeline, and the data-parallel tail.
public struct AnalyticalEstimator: StepEstimator {
  public init() {}

  public func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet
  ) throws -> StepEstimate {
    let costs = FleetCosts(fleet)
    let pieces = try PieceCosts(model: model, recipe: recipe, plan: plan, costs: costs)
    let work = ModelWork(
      model: model, recipe: recipe, recompute: plan.recompute, habits: fleet.stack.kernels)
    let step = try StepCosts(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces)
    return try estimate(step, work: work)
  }

  /// The same from costs that were computed before, for a search over plans that share them.
  public func estimate(_ step: StepCosts, work: ModelWork) throws -> StepEstimate {
    try step.estimate(step.breakdown(ends: step.stageEnds()), work: work)
  }
}
