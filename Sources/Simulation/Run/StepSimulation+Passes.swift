import CostModel
import Parallelism
import Units

/// Slots, passes and their segments.
extension StepSimulation {
  /// Starts the next slot of a rank class if it can start, or the end of its step if none is left.
  mutating func advance(_ rank: Int) {
    guard !ranks[rank].isBusy, !ranks[rank].isFinished else { return }
    let stage = stage(of: rank)
    let slots = code.slots[stage]
    let slot = ranks[rank].slot
    guard slot < slots.count - 1 else { return passesEnded(rank) }
    let passes = Int(slots[slot])..<Int(slots[slot + 1])
    let lane = lane(of: rank) * code.count
    guard passes.allSatisfy({ missing[lane + $0] == 0 }) else { return }
    if slot == code.lastBackward[stage] { startHiddenReduction(stage: stage) }
    ranks[rank].isBusy = true
    ranks[rank].slotStart = queue.now
    ranks[rank].open = passes.count
    ranks[rank].slotParts = StepBreakdown()
    for (thread, pass) in passes.enumerated() { begin(pass, on: rank, thread: thread) }
  }

  private mutating func begin(_ pass: Int, on rank: Int, thread: Int) {
    let lines = code.stretch(pass: pass, expertRank: expertRank(of: rank))
    ranks[rank][thread] = Thread(
      pass: Int32(pass), span: nextSpan, next: lines.lowerBound, end: lines.upperBound)
    if recording != nil { open(pass, on: rank) }
    noteStart(of: code[pass], on: rank)
    step(rank, thread)
  }

  private mutating func open(_ pass: Int, on rank: Int) {
    let span = StepTimeline.PassSpan(
      lane: lane(of: rank), stage: stage(of: rank), pass: code[pass],
      isPaired: isPaired(ranks[rank].slot, on: rank), start: queue.now, end: queue.now, place: 0)
    recording?.open(span)
  }

  /// Goes on with a pass until it has to wait.
  mutating func step(_ rank: Int, _ thread: Int) {
    while true {
      let state = ranks[rank][thread]
      guard state.next < state.end else { return passEnded(rank, thread) }
      let line = code.lines[Int(state.next)]
      ranks[rank][thread].next += 1
      ranks[rank][thread].arrival = queue.now
      switch line.kind {
      case .run: return run(rank, thread, Int(line.item))
      case .start: ask(for: Int(line.item), rank, thread)
      case .wait:
        guard state.calls.ended < line.item else { continue }
        ranks[rank][thread].calls.awaited = line.item
        return
      }
    }
  }

  private mutating func run(_ rank: Int, _ thread: Int, _ segment: Int) {
    let stream = code.segments[segment].stream
    if stream == .compute {
      if computing.request(rank, Int32(thread)) { work(rank, thread, segment) }
    } else {
      arrive(rank, thread, segment, at: groups.group(stream, of: rank))
    }
  }

  /// The segment that a pass has come to.
  private func segment(_ rank: Int, _ thread: Int) -> Int {
    Int(code.lines[Int(ranks[rank][thread].next) - 1].item)
  }

  private mutating func work(_ rank: Int, _ thread: Int, _ segment: Int) {
    let pass = code[Int(ranks[rank][thread].pass)]
    let span = open(rank, .compute, .segment(pass, segment))
    ranks[rank].slotParts += code.segments[segment].parts
    queue.schedule(
      Event(kind: .workEnded, thread: UInt8(thread), index: Int32(rank), mark: span),
      after: code.durations[segment])
  }

  mutating func workEnded(_ rank: Int, thread: Int) {
    endSpans(cause, count: 1)
    if let other = computing.release(rank) {
      work(rank, Int(other), segment(rank, Int(other)))
    }
    step(rank, thread)
  }

  /// A member has come to its group's next collective. The last one starts it.
  private mutating func arrive(_ rank: Int, _ thread: Int, _ segment: Int, at group: Int) {
    arrivals[2 * group + thread].count += 1
    arrivals[2 * group + thread].segment = Int32(segment)
    guard arrivals[2 * group + thread].count == groups.members(group).count else { return }
    arrivals[2 * group + thread].count = 0
    if communicating.request(group, Int32(thread)) { communicate(group, thread) }
  }

  private mutating func communicate(_ group: Int, _ thread: Int) {
    let segment = arrivals[2 * group + thread].segment
    let stream = code.segments[Int(segment)].stream
    let members = groups.members(group)
    let first = nextSpan
    for member in members {
      let pass = code[Int(ranks[member][thread].pass)]
      open(member, .foreground(stream), .segment(pass, Int(segment)))
    }
    start(
      RunningFlow(
        kind: .collective, owner: Int32(group), thread: UInt8(thread), item: segment, span: first),
      flows.flow(
        segment: Int(segment), group: group, members: members,
        lasting: code.durations[Int(segment)]))
  }

  /// All members wait for the one that held the others up.
  mutating func collectiveEnded(_ flow: RunningFlow, heldUpBy holder: Int?) {
    let (group, thread, segment) = (Int(flow.owner), Int(flow.thread), Int(flow.item))
    let members = groups.members(group)
    endSpans(flow.span, count: members.count)
    count(code.segments[segment].traffic, members: members.count)
    if let other = communicating.release(group) { communicate(group, Int(other)) }
    runOn(segment, group, flow)
    let last = members.firstIndex { $0 == holder }
    for (index, member) in members.enumerated() {
      cause = flow.span + Int32(last ?? index)
      book(segment, member, thread)
      step(member, thread)
    }
  }

  /// What a collective hides goes on in the background.
  private mutating func runOn(_ segment: Int, _ group: Int, _ flow: RunningFlow) {
    let hidden = code.hidden[segment]
    guard hidden > .zero else { return }
    let first = nextSpan
    let members = groups.members(group)
    for (index, member) in members.enumerated() {
      let pass = code[Int(ranks[member][Int(flow.thread)].pass)]
      cause = flow.span + Int32(index)
      open(member, .background(code.segments[segment].stream), .segment(pass, segment))
    }
    start(
      RunningFlow(kind: .background, owner: Int32(group), span: first),
      flows.flow(segment: segment, group: group, members: members, lasting: hidden))
  }

  /// A collective took its own time, and what the rank waited for others or for the links; less where the
  /// formula takes links for crowded that were not.
  private mutating func book(_ segment: Int, _ rank: Int, _ thread: Int) {
    var parts = code.segments[segment].parts
    if !isPaired(ranks[rank].slot, on: rank) {
      let waited = (queue.now - ranks[rank][thread].arrival).amount
      let part = code.segments[segment].stream.part
      parts[part] += max(.zero - parts[part], waited - parts.total)
    }
    ranks[rank].slotParts += parts
  }

  private mutating func passEnded(_ rank: Int, _ thread: Int) {
    let state = ranks[rank][thread]
    let pass = code[Int(state.pass)]
    recording?.end(pass: state.span, at: queue.now)
    noteEnd(of: pass, on: rank)
    ranks[rank].open -= 1
    guard ranks[rank].open == 0 else { return }
    let stage = stage(of: rank)
    if gathersFirst[stage], ranks[rank].slot == code.firstForward[stage] {
      ranks[rank].isHeld = true
      ranks[rank].waitStart = queue.now
    } else {
      slotEnded(rank)
    }
  }

  /// All passes of a slot have ended: their results go where they are needed.
  mutating func slotEnded(_ rank: Int) {
    let slots = code.slots[stage(of: rank)]
    let slot = ranks[rank].slot
    let time = queue.now - ranks[rank].slotStart
    if isPaired(slot, on: rank) {
      ranks[rank].hidden += ranks[rank].slotParts.total - time.amount
    }
    timeline.busy[rank] += time
    timeline.work[rank] += ranks[rank].slotParts
    ranks[rank].waitStart = queue.now
    for pass in slots[slot]..<slots[slot + 1] { handOn(pass, from: rank) }
    if ranks[rank].open == 0 { slotLeft(rank) }
  }

  func isPaired(_ slot: Int, on rank: Int) -> Bool {
    let slots = code.slots[stage(of: rank)]
    return slots[slot + 1] - slots[slot] > 1
  }

  /// What passes that ran together hid of each other's communication is no work of the rank's; where
  /// they had to wait more than they hid, they waited for gathers, or else for an exchange.
  mutating func bookHidden() {
    let waited = code.isSharded ? StepBreakdown.Part.dataCommunication : .expertCommunication
    for rank in ranks.indices {
      timeline.work[rank].hide(max(.zero, ranks[rank].hidden))
      timeline.work[rank][waited] += max(.zero, -ranks[rank].hidden)
    }
  }

  mutating func slotLeft(_ rank: Int) {
    ranks[rank].isBusy = false
    ranks[rank].slot += 1
    advance(rank)
  }
}

extension StepSimulation.RankState {
  subscript(thread: Int) -> StepSimulation.Thread {
    get { thread == 0 ? threads.0 : threads.1 }
    set { if thread == 0 { threads.0 = newValue } else { threads.1 = newValue } }
  }
}
