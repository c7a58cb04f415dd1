import Units

/// The time of plain 1F1B and of ZB-H1 by recurrence, slot by slot.
///
/// Forward and backward passes of neighbouring stages interlock: stage `s` runs the forward pass of
/// micro-batch `i` in slot `2 i + s`, and its backward pass (the gradients of inputs, with ZB-H1) in slot
/// `2 i + 2 p − 1 − s`. In that order every pass finds its input made in the slot before it, so a few
/// numbers a stage tell all:
/// ```
/// end(pass) = max(end of the pass before it on its stage, end of its input + flight) + duration
/// ```
/// A weight pass of ZB-H1 follows the input pass of its slot; nobody but its stage waits for it.
///
/// A search times millions of pipelines: their numbers stand in memory that is set aside once for each.
struct AlternatingRecurrence {
  private let pipeline: Int
  private var microBatches: Int
  private let flight: Double
  private let hasWeightPasses: Bool
  private let forward: UnsafeMutablePointer<Double>
  private let backward: UnsafeMutablePointer<Double>
  /// What a stage runs after an input pass; zero in 1F1B.
  private let putOff: UnsafeMutablePointer<Double>
  /// By stage, when it has nothing to run; and the same two slots before.
  private let free: UnsafeMutablePointer<Double>
  private let before: UnsafeMutablePointer<Double>
  /// By stage, the end of the forward pass from which the pace is measured.
  private let marks: UnsafeMutablePointer<Double>
  /// When the last forward pass of the stage before ended, and the last backward pass; with a place more
  /// where no input is made.
  private let forwardEnds: UnsafeMutablePointer<Double>
  private let backwardEnds: UnsafeMutablePointer<Double>
  /// What micro-batches add that are like those before them.
  private var repeated = 0.0

  private init(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int,
    _ memory: UnsafeMutablePointer<Double>
  ) {
    let stages = plan.pipeline
    pipeline = stages
    self.microBatches = microBatches
    flight = passes.flight.value
    hasWeightPasses = plan.schedule == .zeroBubble
    let lane = { (number: Int) in memory + number * (stages + 1) }
    (forward, backward, putOff, free) = (lane(0), lane(1), lane(2), lane(3))
    (before, marks, forwardEnds, backwardEnds) = (lane(4), lane(5), lane(6), lane(7))
    for stage in 0..<stages {
      putOff[stage] = hasWeightPasses ? passes.weightGradient[stage].value : 0
      forward[stage] = passes.forward[stage].value
      let backwards = hasWeightPasses ? passes.inputGradient : passes.backward
      backward[stage] = backwards[stage].value
      free[stage] = 0
    }
    for place in 0...stages {
      forwardEnds[place] = -.infinity
      backwardEnds[place] = -.infinity
    }
  }

  /// When each stage has finished its last pass.
  ///
  /// Once all stages move on by the same time from one micro-batch to the next, they do so to the end of
  /// the step. Where they still do not after some groups, the rest goes at the pace of the last ones.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - PipelinePace.groupsTimed)
    let timed = microBatches - left * plan.pipeline
    return withUnsafeTemporaryAllocation(
      of: Double.self, capacity: 8 * (plan.pipeline + 1)
    ) { memory in
      guard let start = memory.baseAddress else { return [] }
      var recurrence = AlternatingRecurrence(plan, passes, microBatches: timed, start)
      recurrence.run(groupsLeft: left)
      return (0..<plan.pipeline).map { Seconds(recurrence.free[$0] + recurrence.repeated) }
    }
  }

  private var lastSlot: Int { 2 * (microBatches - 1) + 2 * pipeline - 1 }

  private mutating func run(groupsLeft: Int) {
    // From here on every slot runs what the slot two before it ran, weight passes too.
    let filled = (hasWeightPasses ? 3 : 2) * pipeline - 1
    let marked = microBatches - 1 - 2 * pipeline
    var slot = 0
    var isEven = false
    while slot <= lastSlot {
      if !isEven, slot >= filled, slot <= 2 * (microBatches - 1), (slot - filled) % 2 == 0 {
        if slot > filled, let pace = PipelinePace.common(before, free, count: pipeline) {
          // The micro-batches left but the last are passed over: the pipeline drains from here.
          let rounds = microBatches - 1 - slot / 2
          microBatches -= rounds
          repeated = Double(rounds + groupsLeft * pipeline) * pace
          isEven = true
        }
        before.update(from: free, count: pipeline)
      }
      run(slot)
      let stage = slot - 2 * marked
      if stage >= 0, stage < pipeline, marked >= 0 { marks[stage] = forwardEnds[stage + 1] }
      slot += 1
    }
    if hasWeightPasses {
      for stage in 0..<pipeline {
        free[stage] += Double(min(stage, microBatches)) * putOff[stage]
      }
    }
    guard groupsLeft > 0, !isEven else { return }
    repeated =
      Double(groupsLeft) * PipelinePace.ofGroup(from: marks, to: forwardEnds + 1, count: pipeline)
  }

  /// Runs the passes of a slot, every other stage forward and the stages between them backward.
  private func run(_ slot: Int) {
    let lastRound = 2 * (microBatches - 1)
    let turned = 2 * pipeline - 1 - slot
    // Forward: 0 ≤ slot − s ≤ 2 (m − 1), and even.
    var stage = max(slot & 1, slot - lastRound)
    let forwardEnd = min(pipeline, slot + 1)
    while stage < forwardEnd {
      let end = max(free[stage], forwardEnds[stage] + flight) + forward[stage]
      forwardEnds[stage + 1] = end
      free[stage] = end
      stage += 2
    }
    // Backward: 0 ≤ slot − (2 p − 1 − s) ≤ 2 (m − 1), and even.
    stage = max(turned & 1, turned)
    let backwardEnd = min(pipeline, turned + lastRound + 1)
    while stage < backwardEnd {
      let end = max(free[stage], backwardEnds[stage + 1] + flight) + backward[stage]
      backwardEnds[stage] = end
      // The weight pass of the micro-batch that many places before, if there is one.
      free[stage] = 2 * stage <= stage - turned ? end + putOff[stage] : end
      stage += 2
    }
  }
}
