import Parallelism
public import Units

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

  init(_ update: UpdateCosts.Update, stage: ChunkCost, plan: ParallelPlan, costs: FleetCosts) {
    // As much of a communication hides as the stack can, and as there is work to hide it.
    hiddenReduction = min(
      update.reduction * costs.overlap(.gradients, in: plan), stage.backwardTime)
    reduction = update.reduction - hiddenReduction
    hiddenGather = min(update.gather * costs.overlap(.parameters, in: plan), stage.forwardTime)
    gather = update.gather - hiddenGather
    optimizer = update.optimizer
  }
}
