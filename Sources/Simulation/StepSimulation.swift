import Parallelism

/// Runs the program of a step through an event queue.
///
/// A stage has a compute stream, which runs one pass at a time in the order of the program, and a
/// port, which sends one result at a time. A pass starts when its input is there and the stream is
/// free. When it ends, its result goes to the port; the stream waits for the exposed part of the send.
public struct StepSimulation: ~Copyable {
  private let program: StepProgram
  /// The passes of all stages, one stage after the other; a pass is known by its place here.
  private let passes: [PipelinePass]
  /// By pass, the one that needs its result; -1 is none.
  private let successor: [Int32]
  /// By stage, the place behind its last pass.
  private let ends: [Int]

  /// By stage, its next pass.
  private var next: [Int]
  /// By stage, whether a pass or the exposed part of a send holds its compute stream.
  private var isHeld: [Bool]
  /// By pass, whether its input is there.
  private var isReady: [Bool]
  private var ports: Resources<Int32>
  private var queue: EventQueue<Event>
  /// Stages that have yet to finish what they are doing together.
  private var awaited: Int
  private var timeline: StepTimeline

  /// - Throws: `ScheduleFault` where the program leaves a pass out, repeats or misplaces one.
  public init(_ program: StepProgram) throws {
    try program.check()
    let passes = program.orders.flatMap { $0 }
    let places = Dictionary(uniqueKeysWithValues: passes.indices.map { (passes[$0], Int32($0)) })
    let ends = program.orders.indices.map { program.orders[...$0].reduce(0) { $0 + $1.count } }
    self.program = program
    self.passes = passes
    self.ends = ends
    successor = passes.map { pass in program.successor(of: pass).flatMap { places[$0] } ?? -1 }
    isReady = passes.map { program.predecessor(of: $0) == nil }
    next = program.orders.indices.map { ends[$0] - program.orders[$0].count }
    isHeld = Array(repeating: false, count: program.stages)
    ports = Resources(count: program.stages)
    queue = EventQueue(capacity: 4 * program.stages)
    awaited = program.stages
    timeline = StepTimeline(stages: program.stages)
    timeline.spans.reserveCapacity(2 * passes.count + 3 * program.stages)
  }

  /// Runs the step to its end.
  ///
  /// - Throws: `ScheduleFault.cycle` where passes wait for one another.
  public consuming func run() throws -> StepTimeline {
    for stage in 0..<program.stages { advance(stage) }
    while let event = queue.next() { handle(event) }
    let stuck = (0..<program.stages).contains { next[$0] < ends[$0] }
    if stuck {
      let orders = program.orders
      throw program.cycle(
        waitingAt: orders.indices.map { next[$0] - (ends[$0] - orders[$0].count) })
    }
    return timeline
  }
}

extension StepSimulation {
  /// What happens, and to which pass or stage.
  private struct Event: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
      case passEnded, sendWaited, resultArrived, gradientsSummed, weightsReturned
    }

    var kind: Kind
    var index: Int32

    init(_ kind: Kind, _ index: Int) {
      self.kind = kind
      self.index = Int32(index)
    }
  }

  private mutating func handle(_ event: Event) {
    let index = Int(event.index)
    switch event.kind {
    case .passEnded: finish(index)
    case .sendWaited: free(stage(of: index))
    case .resultArrived: deliver(index)
    case .gradientsSummed: gradientsSummed()
    case .weightsReturned: timeline.end = queue.now
    }
  }

  private func stage(of pass: Int) -> Int { passes[pass].chunk % program.stages }

  /// Starts the next pass of a stage if it can start, or the end of the step if there is none.
  private mutating func advance(_ stage: Int) {
    let place = next[stage]
    guard !isHeld[stage] else { return }
    guard place < ends[stage] else { return stageFinished(stage) }
    guard isReady[place] else { return }
    next[stage] += 1
    isHeld[stage] = true
    let duration = program.duration(passes[place])
    record(stage, .pass(passes[place]), lasting: duration)
    timeline.busy[stage] += duration
    queue.schedule(Event(.passEnded, place), after: duration)
  }

  /// A pass has ended: its result goes where it is needed.
  private mutating func finish(_ pass: Int) {
    let stage = stage(of: pass)
    let needing = Int(successor[pass])
    guard needing >= 0, self.stage(of: needing) != stage else {
      if needing >= 0 { isReady[needing] = true }
      return free(stage)
    }
    if ports.request(stage, Int32(pass)) { send(pass) }
    if program.exposedSend == .zero { free(stage) }
  }

  /// The port of the pass's stage is free to send its result.
  private mutating func send(_ pass: Int) {
    let stage = stage(of: pass)
    let exposed = program.exposedSend
    let whole = exposed + program.flight
    record(stage, .send(passes[pass]), lasting: whole)
    if exposed > .zero {
      timeline.busy[stage] += exposed
      queue.schedule(Event(.sendWaited, pass), after: exposed)
    }
    queue.schedule(Event(.resultArrived, pass), after: whole)
  }

  private mutating func deliver(_ pass: Int) {
    let needing = Int(successor[pass])
    isReady[needing] = true
    if let waiting = ports.release(stage(of: pass)) { send(Int(waiting)) }
    let receiver = stage(of: needing)
    if next[receiver] < ends[receiver] { advance(receiver) }
  }

  private mutating func free(_ stage: Int) {
    isHeld[stage] = false
    advance(stage)
  }
}

extension StepSimulation {
  /// A stage has run its last pass: it sums its gradients.
  private mutating func stageFinished(_ stage: Int) {
    timeline.pipelineEnd = queue.now
    let reduction = program.tails[stage].reduction
    record(stage, .reduction, lasting: reduction)
    queue.schedule(Event(.gradientsSummed, stage), after: reduction)
  }

  /// One more stage has its gradients. When all have, the norm is known and the optimizers start.
  private mutating func gradientsSummed() {
    awaited -= 1
    guard awaited == 0 else { return }
    timeline.gradientsReady = queue.now
    for (stage, tail) in program.tails.enumerated() {
      record(stage, .optimizer, lasting: tail.optimizer)
      record(stage, .gather, lasting: tail.gather, after: tail.optimizer)
      queue.schedule(Event(.weightsReturned, stage), after: tail.optimizer + tail.gather)
    }
  }

  private mutating func record(
    _ stage: Int, _ activity: StepTimeline.Span.Activity, lasting duration: SimDuration,
    after delay: SimDuration = .zero
  ) {
    guard duration > .zero else { return }
    let start = queue.now + delay
    timeline.spans.append(
      StepTimeline.Span(stage: stage, activity: activity, start: start, end: start + duration))
  }
}
