public import CostModel
public import Hardware
public import Parallelism
public import Units
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
    return try estimate(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces, work: work)
  }

  /// The same from costs that were computed before, for a search over plans that share them.
  ///
  /// - Parameter limit: A longer step is of no interest: its estimate may be too short, though never
  ///   shorter than the limit.
  public func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts, work: ModelWork, within limit: Seconds = Seconds(.infinity)
  ) throws -> StepEstimate {
    let step = try StepCosts(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces)
    return try step.estimate(step.closedForm(within: limit), work: work)
  }
}
