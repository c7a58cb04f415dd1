import CostModel
import Parallelism
import Units

extension StepCosts {
  /// The time of the whole step in closed form.
  ///
  /// ```
  /// time = m · slowest stage + (Σ stages − slowest) / v + tail
  /// ```
  /// Every stage's time holds its exposed sends. The tail is that of the stage with the longest one.
  func breakdown() throws -> StepBreakdown {
    let sends = try exposedSends()
    let times = stages.map { ($0.microBatch.total + sends).value }
    guard let slowest = times.indices.max(by: { times[$0] < times[$1] }) else {
      preconditionFailure("a plan has a stage")
    }
    var perMicroBatch = stages[slowest].microBatch
    perMicroBatch[.pipelineCommunication] += sends
    var step = perMicroBatch * Double(microBatches)
    step[.bubble] += Seconds(plan.bubble(stageTimes: times))
    step += try longestTail()
    step[.hostOverhead] += hostPerStep
    return step
  }

  private func longestTail() throws -> StepBreakdown {
    var longest = StepBreakdown()
    for stage in stages {
      let tail = try tail(stage)
      if tail.total > longest.total { longest = tail }
    }
    return longest
  }
}
