public import CostModel
public import Hardware
public import Parallelism
import Units
public import Workload

/// The time of a step by simulation of its events.
public struct SimulationEstimator: StepEstimator {
  public init() {}

  public func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet
  ) throws -> StepEstimate {
    try simulate(model: model, recipe: recipe, plan: plan, fleet: fleet).estimate
  }

  /// The estimate, and what happened when.
  public func simulate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet
  ) throws -> (estimate: StepEstimate, timeline: StepTimeline) {
    let fleetCosts = FleetCosts(fleet)
    let pieces = try PieceCosts(model: model, recipe: recipe, plan: plan, costs: fleetCosts)
    let costs = try StepCosts(
      model: model, recipe: recipe, plan: plan, costs: fleetCosts, pieces: pieces)
    let timeline = try StepSimulation(StepProgram(costs)).run()
    let breakdown = costs.breakdown(
      pipeline: (timeline.pipelineEnd - .zero).amount,
      reduction: (timeline.gradientsReady - timeline.pipelineEnd).amount)
    let work = ModelWork(
      model: model, recipe: recipe, recompute: plan.recompute, habits: fleet.stack.kernels)
    return (try costs.estimate(breakdown, work: work), timeline)
  }
}
