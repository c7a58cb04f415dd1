public import CostModel
public import Hardware
public import Parallelism
import Units
public import Workload

/// The time of a step in closed form: operations of a micro-batch added up on each stage, the
/// slowest stage repeated, the bubble, and the data-parallel tail.
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
  public func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts, work: ModelWork
  ) throws -> StepEstimate {
    let step = try StepAssembly(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces)
    let device = costs.fleet.device
    guard let peak = device.peak(recipe.precision.matrixPrecision) else {
      throw EstimateFault.noPeak(device: device.name, precision: recipe.precision.rawValue)
    }
    return StepEstimate(
      plan: plan, breakdown: try step.breakdown(), memory: step.memory(),
      memoryCapacity: device.memoryCapacity.value, modelFLOPs: work.model,
      hardwareFLOPs: work.hardware, tokensPerStep: recipe.tokensPerStep,
      fleetPeak: peak * Double(plan.ranks))
  }
}
