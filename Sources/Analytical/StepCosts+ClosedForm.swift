public import CostModel
import Parallelism
public import Units

extension StepCosts {
  /// When each stage has finished its last pass.
  ///
  /// - Parameter limit: Of a pipeline that takes longer a lower bound will do.
  public func stageEnds(within limit: Seconds = Seconds(.infinity)) -> [Seconds] {
    plan.stageEnds(passTimes(), microBatches: microBatches, within: limit)
  }

  /// The time that a limit of the step leaves to its pipeline: a hair more, so that rounding never takes
  /// a lower bound for a shorter step.
  public func pipelineLimit(_ limit: Seconds) -> Seconds {
    (limit - timeAfterReduction) * (1 + 1e-9)
  }

  /// The time of the step by part.
  ///
  /// A stage sums its gradients when it has finished its last pass, while the stages before it still
  /// drain:
  /// ```
  /// pipeline  = max over stages of its end              (ParallelPlan.stageEnds)
  /// reduction = max over stages (end + reduction) − pipeline
  /// ```
  func breakdown(ends: [Seconds]) -> StepBreakdown {
    let times = times(ends: ends)
    return breakdown(pipeline: times.pipeline, reduction: times.summed - times.pipeline)
  }

  /// The time of the step alone: the sum of its parts, as far as arithmetic can tell.
  public func stepTime(ends: [Seconds]) -> Seconds {
    times(ends: ends).summed + timeAfterReduction
  }

  /// When the last stage has finished its passes, and when the last one has summed its gradients.
  private func times(ends: [Seconds]) -> (pipeline: Seconds, summed: Seconds) {
    var pipeline = Seconds.zero
    var summed = Seconds.zero
    for stage in ends.indices {
      pipeline = max(pipeline, ends[stage])
      summed = max(summed, ends[stage] + tail(stage: stage).reduction)
    }
    return (pipeline, summed)
  }
}
