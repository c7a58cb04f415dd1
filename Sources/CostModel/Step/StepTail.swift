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
  /// What is hidden of both.
  public let hiddenReduction: Seconds
  public let hiddenGather: Seconds

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
    // As much of a communication hides as the stack can, and as there is work to hide it.
    let wholeReduction = shared.reduction + experts.reduction
    hiddenReduction = min(wholeReduction * overlap.gradientReduction.value, stage.backward.total)
    reduction = wholeReduction - hiddenReduction
    let wholeGather = shared.gather + experts.gather
    hiddenGather = min(wholeGather * overlap.parameterGather.value, stage.forward.total)
    gather = wholeGather - hiddenGather
    optimizer = costs.kernels.memoryPass(shared.optimizerTraffic + experts.optimizerTraffic).time
  }
}
