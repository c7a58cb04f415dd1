import Units

/// The time of 1F1B, interleaved or not, by recurrence: a pass starts when its stage has run the pass
/// before it and its input has arrived.
///
/// ```
/// start(pass) = max(end(pass before it on its stage), end(pass that makes its input) + flight)
/// ```
/// Very uneven stages, and all but equal chunks, have no closed form: which of them holds the others
/// up changes from round to round.
struct PassRecurrence {
  /// What a stage has done so far.
  private struct Stage {
    let lead: Int
    var forwards = 0
    var backwards = 0
    var freeAt = 0.0
  }

  /// A place among the forward, or among the backward, passes of a stage: where its micro-batch's
  /// stops start, and which of them these passes are on stage 0. A micro-batch stops at every chunk
  /// on its way forward, then at every chunk on its way back.
  private struct Turn {
    let start: Int32
    let forward: Int32
    let backward: Int32
  }

  private let pipeline: Int
  private let stops: Int
  private let turns: [Turn]
  /// By stop of one micro-batch, the duration of its pass.
  private let durations: [Double]
  private let flight: Double
  private var stages: [Stage]
  /// By stop of all micro-batches, when its pass ends; negative where it has not run yet.
  private var ends: [Double]

  private init(_ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int) {
    pipeline = plan.pipeline
    stops = 2 * passes.forward.count
    durations = passes.forward.map(\.value) + passes.backward.reversed().map(\.value)
    flight = passes.flight.value
    stages = (0..<plan.pipeline).map {
      Stage(lead: plan.forwardLead(stage: $0, microBatches: microBatches))
    }
    ends = Array(repeating: -1, count: microBatches * stops)
    turns = Self.turns(plan, stops: stops, microBatches: microBatches)
  }

  private static func turns(_ plan: ParallelPlan, stops: Int, microBatches: Int) -> [Turn] {
    let group = plan.virtualStages > 1 ? plan.pipeline : 1
    var turns: [Turn] = []
    turns.reserveCapacity(microBatches * plan.virtualStages)
    for first in stride(from: 0, to: microBatches, by: group) {
      for round in 0..<plan.virtualStages {
        // Backward passes start at the last round of chunks.
        let chunk = (plan.virtualStages - 1 - round) * plan.pipeline
        for microBatch in first..<first + group {
          turns.append(
            Turn(
              start: Int32(microBatch * stops), forward: Int32(round * plan.pipeline),
              backward: Int32(stops - 1 - chunk)))
        }
      }
    }
    return turns
  }

  /// Groups of as many micro-batches as stages that are timed one by one.
  private static let groupsTimed = 8

  /// When each stage has finished its last pass. A step of more micro-batches goes on at the pace of
  /// the last group that was timed.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let left = max(0, microBatches / plan.pipeline - groupsTimed)
    var recurrence = PassRecurrence(
      plan, passes, microBatches: microBatches - left * plan.pipeline)
    recurrence.run()
    let rest = left > 0 ? Double(left) * recurrence.pace : 0
    return recurrence.stages.map { Seconds($0.freeAt + rest) }
  }

  /// The time of a group, from its last forward pass to that of the next, on the stage where it is
  /// longest: sooner or later all go at its pace. It is the mean of two groups, because some pipelines
  /// limp: a long group, then a short one.
  private var pace: Double {
    // A stage runs as many forward passes of a group as there are chunks in the pipeline.
    let group = stops / 2
    let last = turns[turns.count - 1]
    let before = turns[turns.count - 1 - 2 * group]
    return (0..<pipeline).reduce(0) { slowest, stage in
      let end = { (turn: Turn) in ends[Int(turn.start + turn.forward) + stage] }
      return max(slowest, (end(last) - end(before)) / 2)
    }
  }

  private mutating func run() {
    var left = 2 * turns.count * pipeline
    while left > 0 {
      let before = left
      for stage in 0..<pipeline { left -= advance(stage) }
      precondition(left < before, "the order of 1F1B never blocks itself")
    }
  }

  /// Runs the passes of a stage as far as their inputs are known.
  ///
  /// - Returns: The number of passes.
  private mutating func advance(_ index: Int) -> Int {
    var stage = stages[index]
    let done = stage.forwards + stage.backwards
    while stage.backwards < turns.count {
      let isForward = stage.forwards < min(turns.count, stage.lead + stage.backwards)
      let turn = turns[isForward ? stage.forwards : stage.backwards]
      let stop = isForward ? Int(turn.forward) + index : Int(turn.backward) - index
      let place = Int(turn.start) + stop
      let input = stop == 0 ? 0 : ends[place - 1]
      guard input >= 0 else { break }
      // The first pass needs no input, and the turn at the last chunk stays on its stage.
      let ready = stop == 0 || 2 * stop == stops ? input : input + flight
      stage.freeAt = max(stage.freeAt, ready) + durations[stop]
      ends[place] = stage.freeAt
      if isForward { stage.forwards += 1 } else { stage.backwards += 1 }
    }
    stages[index] = stage
    return stage.forwards + stage.backwards - done
  }
}
