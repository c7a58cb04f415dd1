public import Parallelism
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

  init(_ update: UpdateCosts.Update, stage: ChunkCost, hiding: TailHiding) {
    // As much of a communication hides as the stack can, and as there is work to hide it.
    hiddenReduction = min(update.reduction * hiding.reduction, stage.backwardTime)
    reduction = update.reduction - hiddenReduction
    hiddenGather = min(update.gather * hiding.gather, stage.forwardTime)
    gather = update.gather - hiddenGather
    optimizer = update.optimizer
  }
}

/// The part of the communication once a step that work can hide: what the stack can, where the plan has
/// it on.
public struct TailHiding: Sendable {
  let reduction: Double
  let gather: Double

  public init(_ plan: ParallelPlan, costs: FleetCosts) {
    reduction = costs.overlap(.gradients, in: plan)
    gather = costs.overlap(.parameters, in: plan)
  }
}
