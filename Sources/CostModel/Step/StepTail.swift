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

  init(_ update: UpdateCosts.Update, stage: ChunkCost, plan: ParallelPlan, costs: FleetCosts) {
    reduction = Self.exposed(
      update.reduction, hidden: costs.overlap(.gradients, in: plan), window: stage.backwardTime)
    gather = Self.exposed(
      update.gather, hidden: costs.overlap(.parameters, in: plan), window: stage.forwardTime)
    optimizer = update.optimizer
  }

  /// What is left of a communication when a part of it hides behind a window of work.
  private static func exposed(_ time: Seconds, hidden: Double, window: Seconds) -> Seconds {
    time - min(time * hidden, window)
  }
}
