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
struct AlternatingRecurrence {
  private let pipeline: Int
  private var microBatches: Int
  private let flight: Double
  private let forward: [Double]
  private let backward: [Double]
  /// What a stage runs after an input pass; zero in 1F1B.
  private let putOff: [Double]
  /// By stage, when it has nothing to run.
  private var free: [Double]
  /// When its last forward and its last backward pass ended, with a place more before the first stage and
  /// behind the last one, where no input is made.
  private var forwardEnds: [Double]
  private var backwardEnds: [Double]
  /// What micro-batches add that are like those before them.
  private var repeated = 0.0

  private init(_ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int) {
    pipeline = plan.pipeline
    self.microBatches = microBatches
    flight = passes.flight.value
    forward = passes.forward.map(\.value)
    if plan.schedule == .zeroBubble {
      putOff = passes.weightGradient.map(\.value)
    } else {
      putOff = Array(repeating: 0, count: pipeline)
    }
    backward = zip(passes.backward, putOff).map { $0.value - $1 }
    free = Array(repeating: 0, count: pipeline)
    forwardEnds = Array(repeating: -.infinity, count: pipeline + 1)
    backwardEnds = forwardEnds
  }

  /// When each stage has finished its last pass.
  ///
  /// Once all stages move on by the same time from one micro-batch to the next, they do so to the end of
  /// the step. Where they still do not after some groups, the rest goes at the pace of the last ones.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - PipelinePace.groupsTimed)
    var recurrence = AlternatingRecurrence(
      plan, passes, microBatches: microBatches - left * plan.pipeline)
    recurrence.run(groupsLeft: left)
    return recurrence.free.map { Seconds($0 + recurrence.repeated) }
  }

  private var lastSlot: Int { 2 * (microBatches - 1) + 2 * pipeline - 1 }

  private mutating func run(groupsLeft: Int) {
    let filled = 3 * pipeline - 1
    let marked = microBatches - 1 - 2 * pipeline
    var marks = Array(forwardEnds.dropFirst())
    var before = free
    var slot = 0
    var isEven = false
    while slot <= lastSlot {
      if !isEven, slot >= filled, slot <= 2 * (microBatches - 1) {
        let place = (slot - filled) % max(3, pipeline)
        if place == 2, let pace = PipelinePace.common(before, free) {
          // The micro-batches left but the last are passed over: the pipeline drains from here.
          let rounds = microBatches - 1 - slot / 2
          microBatches -= rounds
          repeated = Double(rounds + groupsLeft * pipeline) * pace
          isEven = true
        }
        if place == 0 { before = free }
      }
      run(slot)
      let stage = slot - 2 * marked
      if stage >= 0, stage < pipeline, marked >= 0 { marks[stage] = forwardEnds[stage + 1] }
      slot += 1
    }
    for stage in 0..<pipeline {
      free[stage] += Double(min(stage, microBatches)) * putOff[stage]
    }
    guard groupsLeft > 0, !isEven else { return }
    repeated =
      Double(groupsLeft) * PipelinePace.ofGroup(from: marks, to: Array(forwardEnds.dropFirst()))
  }

  /// Runs the passes of a slot, every other stage forward and the stages between them backward.
  private mutating func run(_ slot: Int) {
    let lastRound = 2 * (microBatches - 1)
    let turned = 2 * pipeline - 1 - slot
    // Forward: 0 ≤ slot − s ≤ 2 (m − 1), and even.
    let firstForward = max(slot & 1, slot - lastRound)
    for stage in stride(from: firstForward, to: min(pipeline, slot + 1), by: 2) {
      let end = max(free[stage], forwardEnds[stage] + flight) + forward[stage]
      forwardEnds[stage + 1] = end
      free[stage] = end
    }
    // Backward: 0 ≤ slot − (2 p − 1 − s) ≤ 2 (m − 1), and even.
    let firstBackward = max(turned & 1, turned)
    for stage in stride(from: firstBackward, to: min(pipeline, turned + lastRound + 1), by: 2) {
      let end = max(free[stage], backwardEnds[stage + 1] + flight) + backward[stage]
      backwardEnds[stage] = end
      // The weight pass of the micro-batch that many places before, if there is one.
      free[stage] = 2 * stage <= stage - turned ? end + putOff[stage] : end
    }
  }
}
