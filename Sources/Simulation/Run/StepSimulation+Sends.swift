import CostModel
import Parallelism
import Units

/// What passes between stages, and what a stage keeps meanwhile.
extension StepSimulation {
  /// Hands the result of a pass on: at once to its own stage, through a port to another.
  mutating func handOn(_ pass: Int32, from rank: Int) {
    for place in 0..<2 {
      let needing = Int(code.needing[Int(pass)][place])
      guard needing >= 0 else { return }
      if program.stage(of: code[needing]) == stage(of: rank) {
        missing[lane(of: rank) * code.count + needing] -= 1
      } else {
        if program.exposedSend > .zero { ranks[rank].open += 1 }
        let port = port(rank, pass)
        if ports.request(port, pass) { send(pass, from: rank) }
      }
    }
  }

  private func port(_ rank: Int, _ pass: Int32) -> Int {
    2 * rank + (code[Int(pass)].direction == .forward ? 0 : 1)
  }

  private mutating func send(_ pass: Int32, from rank: Int) {
    let isForward = code[Int(pass)].direction == .forward
    let span = open(
      rank, isForward ? .sendForward : .sendBackward, .send(code[Int(pass)]))
    let isExposed = program.exposedSend > .zero
    startSend(
      RunningFlow(
        kind: isExposed ? .exposedSend : .flight, owner: Int32(rank), item: pass, span: span),
      lasting: isExposed ? program.exposedSend : program.flight)
  }

  private mutating func startSend(_ flow: RunningFlow, lasting time: SimDuration) {
    let sender = Int(flow.owner)
    start(
      flow,
      flows.flow(
        sending: program.sendTraffic, whole: program.exposedSend + program.flight, from: sender,
        to: receiver(of: Int(flow.item), from: sender), lasting: time))
  }

  private func receiver(of pass: Int, from rank: Int) -> Int {
    let own = stage(of: rank)
    for place in 0..<2 where code.needing[pass][place] >= 0 {
      let stage = program.stage(of: code[Int(code.needing[pass][place])])
      if stage != own { return classes.index(lane: lane(of: rank), stage: stage) }
    }
    return rank
  }

  /// The sender need not wait any longer.
  mutating func exposedSendEnded(_ flow: RunningFlow) {
    let rank = Int(flow.owner)
    if program.flight > .zero {
      var rest = flow
      rest.kind = .flight
      startSend(rest, lasting: program.flight)
    } else {
      delivered(flow)
      cause = flow.span
    }
    ranks[rank].open -= 1
    guard ranks[rank].open == 0 else { return }
    let waited = queue.now - ranks[rank].waitStart
    timeline.busy[rank] += waited
    timeline.work[rank][.pipelineCommunication] += waited.amount
    slotLeft(rank)
  }

  mutating func delivered(_ flow: RunningFlow) {
    let sender = Int(flow.owner)
    endSpans(flow.span, count: 1)
    count(program.sendTraffic, members: 1)
    if let waiting = ports.release(port(sender, flow.item)) {
      send(waiting, from: sender)
      cause = flow.span
    }
    let receiver = receiver(of: Int(flow.item), from: sender)
    for place in 0..<2 {
      let needing = Int(code.needing[Int(flow.item)][place])
      guard needing >= 0, program.stage(of: code[needing]) == stage(of: receiver) else { continue }
      missing[lane(of: receiver) * code.count + needing] -= 1
    }
    advance(receiver)
  }

  mutating func count(_ traffic: LinkTraffic, members: Int) {
    timeline.sent = timeline.sent + traffic * Double(members)
  }

  /// A pass that starts keeps what its backward pass needs, or needs room itself.
  mutating func noteStart(of pass: PipelinePass, on rank: Int) {
    if pass.direction == .forward {
      let kept = program.kept(pass, expertRank: expertRank(of: rank))
      ranks[rank].kept += kept.lasting + kept.brief
    }
    noteMemory(rank, isBackward: pass.direction != .forward)
  }

  mutating func noteEnd(of pass: PipelinePass, on rank: Int) {
    let kept = program.kept(pass, expertRank: expertRank(of: rank))
    switch pass.direction {
    case .forward: return
    case .backward: ranks[rank].kept -= kept.lasting + kept.brief
    case .inputGradient: ranks[rank].kept -= kept.brief
    case .weightGradient: ranks[rank].kept -= kept.lasting
    }
    noteMemory(rank, isBackward: false)
  }

  private mutating func noteMemory(_ rank: Int, isBackward: Bool) {
    let (lane, stage) = (lane(of: rank), stage(of: rank))
    guard lane == 0 || recording != nil else { return }
    let sample = StepTimeline.MemorySample(
      lane: lane, stage: stage, time: queue.now, activations: ranks[rank].kept,
      transient: isBackward ? program.memory[stage].transient : .zero)
    if lane == 0 { timeline.note(sample) }
    recording?.take(sample)
  }
}
