import Units

/// The time of 1F1B by recurrence, pass after pass: interleaved, as ZB-H1, or plain with results that travel
/// while their sender waits.
///
/// Each pass has a slot. Counted from 0 on their stage,
/// ```
/// forward pass n of stage s    slot 2 n + k s
/// backward pass n              slot 2 n + c − k s
/// ```
/// Plain, and with ZB-H1, k = 1 and c = 2 p − 1: every other stage runs forward, and the stages between them
/// backward (with ZB-H1, the gradients of inputs). Interleaved, k = 2 and c = 2 (v + 1) p − 3: all stages run
/// forward in one slot and backward in the next, each kind in groups of as many micro-batches as stages, chunk
/// after chunk. In that order a pass finds its input made before, by the stage next to it or, where a chunk
/// begins, at the other end of the pipeline; so a few numbers a stage tell all:
/// ```
/// end(pass) = max(end of the pass before it on its stage, end of its input + flight) + duration
/// ```
/// A weight pass of ZB-H1 follows an input pass; nobody but its stage waits for it.
///
/// A search times millions of pipelines: their numbers stand in memory that is set aside once for each.
struct AlternatingRecurrence {
  let pipeline: Int
  let virtualStages: Int
  /// Passes of either kind that a stage runs.
  private(set) var count: Int
  let flight: Double
  let passes: PassTimes
  let hasWeightPasses: Bool
  /// By stage: when its last forward pass ended, when it has nothing to run, when its last backward pass ended.
  /// The three follow each other, and tell how the slots to come go on. Before the first and behind the last of
  /// these numbers stands what comes from the other end of the pipeline.
  let forwardEnds: UnsafeMutablePointer<Double>
  let free: UnsafeMutablePointer<Double>
  let backwardEnds: UnsafeMutablePointer<Double>
  /// The same numbers a period before.
  private let before: UnsafeMutablePointer<Double>
  /// By stage, how long the passes of the chunk take at which it is.
  let forwardTimes: UnsafeMutablePointer<Double>
  let backwardTimes: UnsafeMutablePointer<Double>
  /// What a stage runs after an input pass; zero but with ZB-H1.
  let putOff: UnsafeMutablePointer<Double>
  /// By stage, the end of the forward pass from which the pace is measured.
  private let marks: UnsafeMutablePointer<Double>
  /// The stage that goes on to its next chunk, and that chunk, counted on a stage.
  var nextForward: (stage: Int, chunk: Int)
  var nextBackward: (stage: Int, chunk: Int)
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
    hasWeightPasses = plan.schedule == .zeroBubble
    let lane = { (number: Int) in memory + 1 + number * stages }
    (forwardEnds, free, backwardEnds) = (lane(0), lane(1), lane(2))
    before = lane(3) + 1
    (forwardTimes, backwardTimes) = (lane(6) + 1, lane(7) + 1)
    (putOff, marks) = (lane(8) + 1, lane(9) + 1)
    nextForward = (0, 0)
    nextBackward = (stages - 1, plan.virtualStages - 1)
    memory.update(repeating: -.infinity, count: 3 * stages + 2)
    let lastChunk = stages * (plan.virtualStages - 1)
    let backward = hasWeightPasses ? passes.inputGradient : passes.backward
    for stage in 0..<stages {
      free[stage] = 0
      putOff[stage] = hasWeightPasses ? passes.weightGradient[stage].value : 0
      forwardTimes[stage] = passes.forward[stage].value
      backwardTimes[stage] = backward[lastChunk + stage].value
    }
  }

  /// When each stage has finished its last pass.
  ///
  /// Once all stages move on by the same time from one period to the next, they do so to the end of the step.
  /// Where they still do not after some groups of micro-batches, the rest goes at the pace of the last ones.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - PipelinePace.groupsTimed)
    let timed = microBatches - left * plan.pipeline
    return withUnsafeTemporaryAllocation(
      of: Double.self, capacity: 10 * plan.pipeline + 2
    ) { memory in
      guard let start = memory.baseAddress else { return [] }
      var recurrence = AlternatingRecurrence(plan, passes, microBatches: timed, start)
      recurrence.run(groupsLeft: left)
      return (0..<plan.pipeline).map { Seconds(recurrence.free[$0] + recurrence.repeated) }
    }
  }

  private var isInterleaved: Bool { virtualStages > 1 }

  /// The slot of the first stage's first backward pass: the last stage to run one.
  var turn: Int { isInterleaved ? 2 * (virtualStages + 1) * pipeline - 3 : 2 * pipeline - 1 }

  /// Passes of either kind from one period to the next: a micro-batch, or a group where chunks take turns.
  private var period: Int { isInterleaved ? pipeline * virtualStages : 1 }

  /// The first slot from which on each runs what the slot a period before it ran, weight passes too.
  private var filled: Int { turn + 1 + (hasWeightPasses ? pipeline + pipeline % 2 : 0) }

  private mutating func run(groupsLeft: Int) {
    var slot = 0
    var nextLook = filled
    var isEven = false
    while slot <= 2 * (count - 1) + turn {
      if slot == nextLook, slot < 2 * count, !isEven {
        if slot > filled,
          let pace = PipelinePace.common(before, forwardEnds, count: 3 * pipeline)
        {
          isEven = true
          passOver(from: slot, pace: pace, groupsLeft: groupsLeft)
        }
        before.update(from: forwardEnds, count: 3 * pipeline)
        nextLook += 2 * period
      }
      if isInterleaved { runTogether(slot) } else { runApart(slot) }
      if groupsLeft > 0 { mark(slot) }
      slot += isInterleaved ? 2 : 1
    }
    for stage in 0..<(hasWeightPasses ? pipeline : 0) {
      free[stage] += Double(min(stage, count)) * putOff[stage]
    }
    guard groupsLeft > 0, !isEven else { return }
    repeated =
      Double(groupsLeft) * PipelinePace.ofGroup(from: marks, to: forwardEnds, count: pipeline)
  }

  /// Leaves out the periods that are left: the pipeline drains from here.
  private mutating func passOver(from slot: Int, pace: Double, groupsLeft: Int) {
    let periods = (2 * count - slot) / (2 * period)
    count -= periods * period
    let periodsAGroup = pipeline * virtualStages / period
    repeated = Double(periods + groupsLeft * periodsAGroup) * pace
  }

  /// Takes note of the forward pass two groups before the last one.
  private func mark(_ slot: Int) {
    let marked = 2 * (count - 1 - 2 * pipeline * virtualStages)
    let stage = isInterleaved ? (slot - marked) / 2 : slot - marked
    if marked >= 0, stage >= 0, stage < pipeline { marks[stage] = forwardEnds[stage] }
  }
}
