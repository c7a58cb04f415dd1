import CostModel
import Hardware
import Parallelism
import Units

/// Runs the program of a step through an event queue.
///
/// Every rank class has a compute stream, a stream for each kind of collective, and two ports, one for
/// results that go on and one for gradients that go back. A slot of its order starts when what its
/// passes need has arrived and the slot before is done. A pass runs its segments one by one: work waits
/// for the compute stream, a collective for the last member of its group. What a collective hides runs
/// on in the background. Gathers and scatters of shared weights have a stream of their own, on which they
/// run ahead of the pass and behind it. When a slot ends, results go to the ports; the rank waits for the exposed part
/// of a send.
///
/// Collectives and sends are flows over the links of their ranks (`FlowNetwork`).
public struct StepSimulation: ~Copyable {
  let program: StepProgram
  let classes: RankClasses
  let code: PassCode
  let groups: GroupTable
  var flows: FlowTable

  var queue: LadderQueue<Event>
  var network: FlowNetwork
  /// What each running flow is; by flow.
  var running: [RunningFlow] = []

  var ranks: [RankState]
  /// By lane and pass, how many of its inputs are missing.
  var missing: [UInt8]
  /// Compute streams, by rank class.
  var computing: Resources<Int32>
  /// Streams of collectives, by group.
  var communicating: Resources<Int32>
  /// Ports, two for each rank class.
  var ports: Resources<Int32>
  /// By group and thread, the members that have arrived at their next collective.
  var arrivals: [Arrival]
  /// Streams of gathers and scatters of shared weights, by stage.
  var sharding: Resources<ShardedClaim>
  /// By stage and thread, and by place of the call in its pass, the ranks that have asked for it.
  var asking: [[Int32]]
  /// The span whose end is being handled; -1 at the start.
  var cause: Int32 = -1
  /// By stage, the lanes that have yet to come to their last backward pass, and whether the weights of the
  /// last step are still on their way.
  var lanesBeforeReduction: [Int]
  var gathersFirst: [Bool]
  /// Rank classes that have yet to finish what all do together.
  var awaited: Int
  /// What a recorder is told of; nil where there is none.
  var recording: StepRecording?
  var timeline: StepTimeline

  /// One rank class for each stage, on links that carry all.
  ///
  /// - Throws: `ScheduleFault` where the program leaves a pass out, repeats or misplaces one.
  public init(_ program: StepProgram, recorder: (any StepRecorder)? = nil) throws {
    try self.init(
      program, classes: RankClasses(stages: program.stages), fabric: nil, recorder: recorder)
  }

  /// - Parameters:
  ///   - fabric: Whose links flows share; nil lets every flow have links of its own.
  ///   - recorder: Who is told what happens when; nil leaves sums only.
  init(
    _ program: StepProgram, classes: RankClasses, fabric: Fabric?, recorder: (any StepRecorder)?
  ) throws {
    try program.check()
    self.program = program
    self.classes = classes
    code = PassCode(program)
    groups = GroupTable(classes)
    flows = FlowTable(program, code, classes, fabric: fabric)
    queue = LadderQueue(capacity: 4 * classes.count)
    network = FlowNetwork(capacities: flows.capacities())
    ranks = Array(repeating: RankState(), count: classes.count)
    missing = Array(repeating: code.inputs, count: classes.lanes).flatMap { $0 }
    computing = Resources(count: classes.count)
    communicating = Resources(count: groups.count)
    ports = Resources(count: 2 * classes.count)
    arrivals = Array(repeating: Arrival(), count: 2 * groups.count)
    sharding = Resources(count: classes.stages)
    asking = Array(repeating: [], count: 2 * classes.stages)
    lanesBeforeReduction = Array(repeating: classes.lanes, count: classes.stages)
    gathersFirst = Array(repeating: false, count: classes.stages)
    awaited = classes.count
    let outline = StepOutline(
      stages: classes.stages, lanes: classes.lanes, firstRanks: classes.firstRanks,
      areSlow: classes.areSlow,
      chunks: program.chunks.count, passes: code.passes, segments: code.segments)
    recording = recorder.map { StepRecording($0, outline) }
    timeline = StepTimeline(stages: classes.stages, lanes: classes.lanes)
  }

  /// Runs the step to its end.
  ///
  /// - Throws: `ScheduleFault.cycle` where passes wait for one another.
  public consuming func run() throws -> StepTimeline {
    for stage in 0..<classes.stages { startGather(stage: stage) }
    for rank in 0..<classes.count { advance(rank) }
    while let event = queue.next() { handle(event) }
    let next = (0..<classes.stages).map { ranks[$0].slot }
    if awaited > 0 { throw program.cycle(waitingAt: next) }
    bookHidden()
    timeline.slowedFlows = network.slowed
    timeline.criticalPath = recording?.criticalPath()
    return timeline
  }

  func stage(of rank: Int) -> Int { rank % classes.stages }
  func lane(of rank: Int) -> Int { rank / classes.stages }

  /// Its place in its expert group, where these are told apart.
  func expertRank(of rank: Int) -> Int {
    program.expertRanks == 1 ? 0 : classes.expertRank[lane(of: rank)]
  }
}

extension StepSimulation {
  /// What happens, to which rank class or flow.
  struct Event: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
      case workEnded, flowEnded, optimizerEnded
    }

    var kind: Kind
    /// The thread of a pass, for work; of two that run together the backward one is 1.
    var thread: UInt8 = 0
    var index: Int32
    /// For work the span, for flows the version of their end.
    var mark: Int32
  }

  /// Where a rank class is in its order.
  struct RankState {
    /// The next slot, or the one that runs.
    var slot = 0
    var isBusy = false
    var slotStart = SimTime.zero
    /// Whether a slot that is done waits for the weights of the last step.
    var isHeld = false
    /// Threads of the slot that have not ended, and sends that the rank waits for.
    var open = 0
    var threads = (Thread(), Thread())
    var slotParts = StepBreakdown()
    var waitStart = SimTime.zero
    /// Background of the reduction that has not ended, and whether passes have.
    var isFinished = false
    var hiddenReductions = 0
    var kept = Bytes.zero
    /// What its pairs took less than their passes by themselves.
    var hidden = Seconds.zero
  }

  /// A pass that runs.
  struct Thread {
    var pass: Int32 = -1
    /// Where the pass is recorded.
    var span: Int32 = -1
    var next: Int32 = 0
    var end: Int32 = 0
    var arrival = SimTime.zero
    var calls = ShardedState()
  }

  struct Arrival {
    var count = 0
    var segment: Int32 = -1
  }

  /// What a flow carries.
  struct RunningFlow {
    enum Kind {
      case collective, background, sharded, exposedSend, flight, reduction, hiddenReduction, gather
      case firstGather
    }

    var kind: Kind
    /// A group for collectives, a stage for what its lanes do together, a rank class for sends.
    var owner: Int32
    var thread: UInt8 = 0
    /// A segment for collectives, a pass for sends.
    var item: Int32 = -1
    /// The first of its spans; one follows for each member.
    var span: Int32
  }

  mutating func handle(_ event: Event) {
    switch event.kind {
    case .workEnded:
      cause = event.mark
      workEnded(Int(event.index), thread: Int(event.thread))
    case .flowEnded:
      let isEnd = network.end(event.index, version: event.mark, at: queue.now)
      scheduleEndings()
      if isEnd {
        let link = network.holder(of: event.index)
        flowEnded(running[Int(event.index)], heldUpBy: link.flatMap(flows.owner(ofLink:)))
      }
    case .optimizerEnded:
      cause = event.mark
      endSpans(cause, count: 1)
      optimizerEnded(Int(event.index))
    }
  }

  /// Puts a flow on its links, or lets it pass by itself.
  mutating func start(_ flow: RunningFlow, _ way: NetworkFlow) {
    let index = network.start(way.uses, lasting: way.time, lead: way.lead, at: queue.now)
    while running.count <= Int(index) { running.append(flow) }
    running[Int(index)] = flow
    scheduleEndings()
  }

  private mutating func scheduleEndings() {
    guard !network.endings.isEmpty else { return }
    for ending in network.takeEndings() {
      queue.schedule(
        Event(kind: .flowEnded, index: ending.flow, mark: ending.version), at: ending.time)
    }
  }

  /// - Parameter holder: The rank class whose link held the flow up, where one did.
  private mutating func flowEnded(_ flow: RunningFlow, heldUpBy holder: Int?) {
    cause = flow.span
    let owner = Int(flow.owner)
    switch flow.kind {
    case .collective: collectiveEnded(flow, heldUpBy: holder)
    case .background: endSpans(flow.span, count: groups.members(owner).count)
    case .sharded: callEnded(flow)
    case .exposedSend: exposedSendEnded(flow)
    case .flight: delivered(flow)
    case .reduction:
      if let holder { cause = flow.span + Int32(lane(of: holder)) }
      reductionEnded(flow)
    case .hiddenReduction:
      endSpans(flow.span, count: classes.lanes)
      hiddenReductionEnded(stage: owner)
    case .gather: gatherEnded(flow)
    case .firstGather: firstGatherEnded(flow)
    }
  }

  /// Notes that something has started. Its end is set when it has come.
  ///
  /// - Returns: The span; -1 where none is recorded.
  @discardableResult
  mutating func open(
    _ rank: Int, _ stream: StepTimeline.Span.Stream, _ activity: StepTimeline.Span.Activity
  ) -> Int32 {
    guard let index = recording?.next else { return -1 }
    let span = StepTimeline.Span(
      lane: lane(of: rank), stage: stage(of: rank), stream: stream, activity: activity,
      start: queue.now, end: queue.now)
    recording?.open(span, cause: cause)
    return index
  }

  /// The index that the next span will have.
  var nextSpan: Int32 { recording?.next ?? -1 }

  mutating func endSpans(_ first: Int32, count: Int) {
    recording?.end(first, count: count, at: queue.now)
  }
}
