public import CostModel
import Parallelism
public import Units

extension StepCosts {
  /// When each stage has finished its last pass.
  func stageEnds() -> [Seconds] { plan.stageEnds(passTimes(), microBatches: microBatches) }

  /// From the start of the step until every stage has finished its last pass.
  public func timeOfPasses() -> Seconds { stageEnds().reduce(.zero, max) }

  /// From the start of the step until every stage has summed its gradients.
  public func timeUntilSummed() -> Seconds { gradientsSummed(ends: stageEnds()) }

  /// The time of the step by part.
  ///
  /// ```
  /// pipeline  = max over stages of its end              (ParallelPlan.stageEnds)
  /// reduction = max over stages (end + reduction) − pipeline
  /// ```
  func breakdown(ends: [Seconds]) -> StepBreakdown {
    let pipeline = ends.reduce(.zero, max)
    return breakdown(pipeline: pipeline, reduction: gradientsSummed(ends: ends) - pipeline)
  }
}
