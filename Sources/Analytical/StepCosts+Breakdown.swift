import CostModel
import Parallelism
import Units

extension StepCosts {
  /// The time of the whole step in closed form.
  ///
  /// ```
  /// time      = pipeline + reduction + optimizer and gather + host time per step
  /// pipeline  = m · busiest stage + bubble
  /// reduction = max over stages (reduction − drain)
  /// ```
  /// The time of the pipeline is `ParallelPlan.pipelineTime`; what of it the busiest stage does not
  /// work is bubble. A stage reduces its gradients when it has finished: before the first stage has,
  /// by the `drain`, the last micro-batch's way back through the stages before it. The norm of the
  /// gradients needs them all, so the optimizers start together, and the last one to return its
  /// weights ends the step.
  func breakdown() -> StepBreakdown {
    let passes = passTimes()
    let stages = 0..<plan.pipeline
    var busiest = microBatch(stage: 0)
    for stage in stages.dropFirst() {
      let other = microBatch(stage: stage)
      if other.total > busiest.total { busiest = other }
    }
    var step = busiest * Double(microBatches)
    let pipeline = plan.pipelineTime(passes, microBatches: microBatches)
    step[.bubble] = max(.zero, pipeline - step.total)
    var reduction = Seconds.zero
    var drain = Seconds.zero
    for stage in stages {
      reduction = max(reduction, tails[stage].reduction - drain)
      drain += passes.backward[stage] + passes.flight
    }
    let slowest = tails.max { $0.optimizer + $0.gather < $1.optimizer + $1.gather }
    if let slowest {
      step[.dataCommunication] += reduction + slowest.gather
      step[.optimizer] += slowest.optimizer
    }
    step[.hostOverhead] += hostPerStep
    return step
  }
}
