import Hardware
import Parallelism
public import Units
import Workload

/// What a stage does once a step, after its last backward pass: the sum of gradients; then, when all
/// stages have theirs and the norm of all gradients is known, the optimizer and the return of updated
/// weights.
public struct StepTail: Sendable {
  /// Gradient reduction that the last micro-batch's backward pass does not hide.
  public let reduction: Seconds
  public let optimizer: Seconds
  /// Parameter gather that a micro-batch's forward pass does not hide.
  public let gather: Seconds

  init(
    _ stage: ChunkCost, plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts
  ) throws {
    let shared = try DataParallelTail(
      weights: stage.sharedWeights, group: plan.gradientGroup, plan: plan, recipe: recipe,
      costs: costs)
    let experts = try DataParallelTail(
      weights: stage.expertWeights, group: plan.expertGradientGroup, plan: plan, recipe: recipe,
      costs: costs)
    let overlap = costs.stack.overlap
    // What is left of a communication when a part of it hides behind a window of work.
    let exposed = { (time: Seconds, overlap: Double, window: Seconds) in
      time - min(time * overlap, window)
    }
    reduction = exposed(
      shared.reduction + experts.reduction, overlap.gradientReduction.value, stage.backward.total)
    gather = exposed(
      shared.gather + experts.gather, overlap.parameterGather.value, stage.forward.total)
    optimizer =
      costs.kernels.memoryPass(
        shared.optimizerTraffic + experts.optimizerTraffic, Operation.optimizerPass
      ).time
  }
}
