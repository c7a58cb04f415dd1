import CostModel
import Parallelism
import Units

extension StepCosts {
  /// The time of the whole step in closed form.
  ///
  /// A stage sums its gradients when it has finished its last pass, while the stages before it still
  /// drain:
  /// ```
  /// pipeline  = max over stages of its end              (ParallelPlan.stageEnds)
  /// reduction = max over stages (end + reduction) − pipeline
  /// ```
  ///
  /// - Parameter limit: Of a step that takes longer a lower bound will do.
  func closedForm(within limit: Seconds) -> StepBreakdown {
    // A hair more than the limit, so that rounding never takes a lower bound for a shorter step.
    let pipelineLimit = (limit - timeAfterReduction) * (1 + 1e-9)
    let ends = plan.stageEnds(passTimes(), microBatches: microBatches, within: pipelineLimit)
    var pipeline = Seconds.zero
    var summed = Seconds.zero
    for (end, tail) in zip(ends, tails) {
      pipeline = max(pipeline, end)
      summed = max(summed, end + tail.reduction)
    }
    return breakdown(pipeline: pipeline, reduction: summed - pipeline)
  }
}
