public import Units

/// Stages next to each other that take as long as each other, with one chunk on each: all that GPipe and plain
/// 1F1B need to know of a pipeline. Deep pipelines have few of them.
public struct StageRun: Sendable {
  public var stages: ClosedRange<Int>
  /// A pass that sends its result on counts the exposed part of the send.
  public var forward: Seconds
  public var backward: Seconds

  public init(stages: ClosedRange<Int>, forward: Seconds, backward: Seconds) {
    self.stages = stages
    self.forward = forward
    self.backward = backward
  }
}

extension PassTimes {
  /// The stages of a pipeline with one chunk on each.
  var runs: [StageRun] {
    var runs: [StageRun] = []
    for (stage, (forward, backward)) in zip(forward, backward).enumerated() {
      if let last = runs.last, last.forward == forward, last.backward == backward {
        runs[runs.count - 1].stages = last.stages.lowerBound...stage
      } else {
        runs.append(StageRun(stages: stage...stage, forward: forward, backward: backward))
      }
    }
    return runs
  }
}

extension ParallelPlan {
  /// Whether the ends of stages have a closed form, whatever the stages take: GPipe, and plain 1F1B as long as
  /// no result travels while its sender works.
  public func hasClosedForm(flight: Seconds) -> Bool {
    guard virtualStages == 1 else { return false }
    return schedule == .gpipe || schedule == .oneForwardOneBackward && flight == .zero
  }

  /// When some stages have finished their last passes, by closed form.
  ///
  /// - Parameter runs: All stages, in order.
  public func ends(
    ofStages stages: [Int], _ runs: [StageRun], flight: Seconds, microBatches: Int
  ) -> [Seconds] {
    precondition(hasClosedForm(flight: flight), "the schedule has a closed form")
    return schedule == .gpipe
      ? flushedEnds(ofStages: stages, runs, flight: flight, microBatches: microBatches)
      : AlternatingWalk.ends(ofStages: stages, runs, microBatches: microBatches)
  }

  /// GPipe: micro-batches follow each other at the pace of the slowest pass that they have met.
  ///
  /// ```
  /// turn   = Σ forward + (p − 1) flight + (m − 1) max forward
  /// end(s) = turn + Σ backward + (p − 1 − s) flight + (m − 1) max backward    over stages from s on
  /// ```
  private func flushedEnds(
    ofStages stages: [Int], _ runs: [StageRun], flight: Seconds, microBatches: Int
  ) -> [Seconds] {
    let followers = Double(microBatches - 1)
    var turn = Double(pipeline - 1) * flight
    var slowest = Seconds.zero
    for run in runs {
      turn += run.forward * Double(run.stages.count)
      slowest = max(slowest, run.forward)
    }
    turn += followers * slowest
    return stages.map { stage in
      var end = turn + Double(pipeline - 1 - stage) * flight
      var slowest = Seconds.zero
      for run in runs where run.stages.upperBound >= stage {
        end += run.backward * Double(run.stages.upperBound - max(stage, run.stages.lowerBound) + 1)
        slowest = max(slowest, run.backward)
      }
      return end + followers * slowest
    }
  }
}
