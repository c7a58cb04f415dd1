import Units

/// The time of interleaved 1F1B by recurrence, round by round.
///
/// A stage runs forward and backward passes in turn, each kind in groups of as many micro-batches as
/// stages, chunk after chunk; the passes of a kind are counted from 0. In round `r` stage `s` runs its
/// forward pass `r − s` and then its backward pass `r + 2 + s − (v + 1) p`. In that order every pass finds
/// its input made in the round before it, by the stage next to it or, for the first stage, by the last one:
/// ```
/// end(pass) = max(end of the pass before it on its stage, end of its input + flight) + duration
/// ```
///
/// A search times millions of pipelines: their numbers stand in memory that is set aside once for each.
struct InterleavedRecurrence {
  private let pipeline: Int
  private let virtualStages: Int
  /// Passes of either kind that a stage runs.
  private var count: Int
  private let flight: Double
  private let passes: PassTimes
  /// By stage: when it has nothing to run, when its last forward and its last backward pass ended. The three
  /// follow each other, and tell how the rounds to come go on.
  private let free: UnsafeMutablePointer<Double>
  private let forwardEnds: UnsafeMutablePointer<Double>
  private let backwardEnds: UnsafeMutablePointer<Double>
  /// The same a group of micro-batches before.
  private let before: UnsafeMutablePointer<Double>
  /// By stage, how long the passes of the chunk take at which it is.
  private let forwardTimes: UnsafeMutablePointer<Double>
  private let backwardTimes: UnsafeMutablePointer<Double>
  /// By stage, the end of the forward pass from which the pace is measured.
  private let marks: UnsafeMutablePointer<Double>
  /// What micro-batches add that are like those before them.
  private var repeated = 0.0

  private init(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int,
    _ memory: UnsafeMutablePointer<Double>
  ) {
    let stages = plan.pipeline
    pipeline = stages
    virtualStages = plan.virtualStages
    count = microBatches * plan.virtualStages
    flight = passes.flight.value
    self.passes = passes
    let lane = { (number: Int) in memory + number * stages }
    (free, forwardEnds, backwardEnds, before) = (lane(0), lane(1), lane(2), lane(3))
    (forwardTimes, backwardTimes, marks) = (lane(6), lane(7), lane(8))
    for stage in 0..<stages {
      free[stage] = 0
      forwardEnds[stage] = -.infinity
      backwardEnds[stage] = -.infinity
    }
  }

  /// When each stage has finished its last pass.
  ///
  /// Once all stages move on by the same time from one group to the next, they do so to the end of the step.
  /// Where they still do not after some groups, the rest goes at the pace of the last ones.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - PipelinePace.groupsTimed)
    let timed = microBatches - left * plan.pipeline
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 9 * plan.pipeline) { memory in
      guard let start = memory.baseAddress else { return [] }
      var recurrence = InterleavedRecurrence(plan, passes, microBatches: timed, start)
      recurrence.run(groupsLeft: left)
      return (0..<plan.pipeline).map { Seconds(recurrence.free[$0] + recurrence.repeated) }
    }
  }

  /// Rounds in which a stage goes through a group.
  private var group: Int { pipeline * virtualStages }

  /// The round in which the first stage runs its first backward pass: the last stage to do so.
  private var filled: Int { (virtualStages + 1) * pipeline - 2 }

  private mutating func run(groupsLeft: Int) {
    let marked = count - 1 - 2 * group
    var round = 0
    var hasBefore = false
    var isEven = false
    while round <= count - 1 + filled {
      if !isEven, round > filled, round < count, (round - filled - 1) % group == 0 {
        if hasBefore, let pace = PipelinePace.common(before, free, count: 3 * pipeline) {
          // The groups left are passed over: the pipeline drains from here.
          let groups = (count - round) / group
          count -= groups * group
          repeated = Double(groups + groupsLeft) * pace
          isEven = true
        }
        before.update(from: free, count: 3 * pipeline)
        hasBefore = true
      }
      runForward(round)
      runBackward(round)
      let stage = round - marked
      if stage >= 0, stage < pipeline, marked >= 0 { marks[stage] = forwardEnds[stage] }
      round += 1
    }
    guard groupsLeft > 0, !isEven else { return }
    repeated =
      Double(groupsLeft) * PipelinePace.ofGroup(from: marks, to: forwardEnds, count: pipeline)
  }

  private func runForward(_ round: Int) {
    // Stage s is at its pass `round − s`; one stage goes on to its next chunk.
    let turning = round % pipeline
    let chunk = round / pipeline % virtualStages
    forwardTimes[turning] = passes.forward[chunk * pipeline + turning].value
    let first = max(0, round - count + 1)
    let last = min(pipeline - 1, round)
    let returned = chunk == 0 ? -.infinity : forwardEnds[pipeline - 1]
    var stage = last
    while stage >= first {
      let input = stage == 0 ? returned : forwardEnds[stage - 1]
      let end = max(free[stage], input + flight) + forwardTimes[stage]
      forwardEnds[stage] = end
      free[stage] = end
      stage -= 1
    }
  }

  private func runBackward(_ round: Int) {
    // Stage s is at its pass `round − turned + s`.
    let turned = filled - round
    let turning = (turned % pipeline + pipeline) % pipeline
    if turning >= turned {
      let chunk = virtualStages - 1 - (turning - turned) / pipeline % virtualStages
      backwardTimes[turning] = passes.backward[chunk * pipeline + turning].value
    }
    let first = max(0, turned)
    let last = min(pipeline - 1, turned + count - 1)
    let isNew = (pipeline - 1 - turned) / pipeline % virtualStages == 0
    let returned = isNew ? -.infinity : backwardEnds[0]
    var stage = first
    while stage <= last {
      let input = stage == pipeline - 1 ? returned : backwardEnds[stage + 1]
      let end = max(free[stage], input + flight) + backwardTimes[stage]
      backwardEnds[stage] = end
      free[stage] = end
      stage += 1
    }
  }
}
