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
struct InterleavedRecurrence {
  private let pipeline: Int
  private let virtualStages: Int
  /// Passes of either kind that a stage runs.
  private var count: Int
  private let flight: Double
  /// By chunk.
  private let forward: [Double]
  private let backward: [Double]
  /// By stage: when it has nothing to run, when its last forward and its last backward pass ended, and how
  /// long such a pass of its chunk takes.
  private var free: [Double]
  private var forwardEnds: [Double]
  private var backwardEnds: [Double]
  private var forwardTimes: [Double]
  private var backwardTimes: [Double]
  /// What micro-batches add that are like those before them.
  private var repeated = 0.0

  private init(_ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int) {
    pipeline = plan.pipeline
    virtualStages = plan.virtualStages
    count = microBatches * plan.virtualStages
    flight = passes.flight.value
    forward = passes.forward.map(\.value)
    backward = passes.backward.map(\.value)
    free = Array(repeating: 0, count: pipeline)
    forwardEnds = Array(repeating: -.infinity, count: pipeline)
    backwardEnds = forwardEnds
    forwardTimes = free
    backwardTimes = free
  }

  /// When each stage has finished its last pass.
  ///
  /// Once all stages move on by the same time from one group to the next, they do so to the end of the step.
  /// Where they still do not after some groups, the rest goes at the pace of the last ones.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - PipelinePace.groupsTimed)
    var recurrence = InterleavedRecurrence(
      plan, passes, microBatches: microBatches - left * plan.pipeline)
    recurrence.run(groupsLeft: left)
    return recurrence.free.map { Seconds($0 + recurrence.repeated) }
  }

  /// Rounds in which a stage goes through a group.
  private var group: Int { pipeline * virtualStages }

  /// The round in which the first stage runs its first backward pass: the last stage to do so.
  private var filled: Int { (virtualStages + 1) * pipeline - 2 }

  /// What tells how the rounds to come go on.
  private var state: [Double] { free + forwardEnds + backwardEnds }

  private mutating func run(groupsLeft: Int) {
    let marked = count - 1 - 2 * group
    var marks = forwardEnds
    var before: [Double] = []
    var round = 0
    var isEven = false
    while round <= count - 1 + filled {
      if !isEven, round > filled, round < count, (round - filled - 1) % group == 0 {
        if !before.isEmpty, let pace = PipelinePace.common(before, state) {
          // The groups left are passed over: the pipeline drains from here.
          let groups = (count - round) / group
          count -= groups * group
          repeated = Double(groups + groupsLeft) * pace
          isEven = true
        }
        before = state
      }
      runForward(round)
      runBackward(round)
      let stage = round - marked
      if stage >= 0, stage < pipeline, marked >= 0 { marks[stage] = forwardEnds[stage] }
      round += 1
    }
    guard groupsLeft > 0, !isEven else { return }
    repeated = Double(groupsLeft) * PipelinePace.ofGroup(from: marks, to: forwardEnds)
  }

  private mutating func runForward(_ round: Int) {
    // Stage s is at its pass `round − s`; one stage goes on to its next chunk.
    let turning = round % pipeline
    let chunk = round / pipeline % virtualStages
    forwardTimes[turning] = forward[chunk * pipeline + turning]
    let first = max(0, round - count + 1)
    let last = min(pipeline - 1, round)
    guard first <= last else { return }
    let returned = chunk == 0 ? -.infinity : forwardEnds[pipeline - 1]
    for stage in stride(from: last, through: first, by: -1) {
      let input = stage == 0 ? returned : forwardEnds[stage - 1]
      let end = max(free[stage], input + flight) + forwardTimes[stage]
      forwardEnds[stage] = end
      free[stage] = end
    }
  }

  private mutating func runBackward(_ round: Int) {
    // Stage s is at its pass `round − turned + s`.
    let turned = filled - round
    let turning = (turned % pipeline + pipeline) % pipeline
    if turning >= turned {
      let chunk = virtualStages - 1 - (turning - turned) / pipeline % virtualStages
      backwardTimes[turning] = backward[chunk * pipeline + turning]
    }
    let first = max(0, turned)
    let last = min(pipeline - 1, turned + count - 1)
    guard first <= last else { return }
    let isNew = (pipeline - 1 - turned) / pipeline % virtualStages == 0
    let returned = isNew ? -.infinity : backwardEnds[0]
    for stage in first...last {
      let input = stage == pipeline - 1 ? returned : backwardEnds[stage + 1]
      let end = max(free[stage], input + flight) + backwardTimes[stage]
      backwardEnds[stage] = end
      free[stage] = end
    }
  }
}
