import CostModel
import Units

/// What a stage does once a step: its lanes sum their gradients; when all stages have, the optimizers
/// run, and the new weights are gathered.
extension StepSimulation {
  /// The weights of the last step are still on their way when the first forward passes start. These have
  /// them before they end.
  mutating func startGather(stage: Int) {
    let tail = program.tails[stage]
    gathersFirst[stage] = tail.hiddenGather > .zero
    startTail(
      stage, .gather, tail.gatherTraffic, whole: tail.gather + tail.hiddenGather,
      lasting: tail.hiddenGather, .firstGather)
  }

  mutating func firstGatherEnded(_ flow: RunningFlow) {
    endSpans(flow.span, count: classes.lanes)
    let stage = Int(flow.owner)
    gathersFirst[stage] = false
    for lane in 0..<classes.lanes {
      let rank = classes.index(lane: lane, stage: stage)
      guard ranks[rank].isHeld else { continue }
      ranks[rank].isHeld = false
      ranks[rank].slotParts[.dataCommunication] += (queue.now - ranks[rank].waitStart).amount
      cause = flow.span + Int32(lane)
      slotEnded(rank)
    }
  }

  /// Gradients that are done are summed while the last backward passes run: from when the last lane has
  /// come to its own.
  mutating func startHiddenReduction(stage: Int) {
    lanesBeforeReduction[stage] -= 1
    guard lanesBeforeReduction[stage] == 0 else { return }
    ranks[stage].hiddenReductions = 1
    let tail = program.tails[stage]
    if tail.hiddenReduction > .zero { ranks[stage].hiddenReductions = 2 }
    startTail(
      stage, .reduction, tail.reductionTraffic, whole: tail.reduction + tail.hiddenReduction,
      lasting: tail.hiddenReduction, .hiddenReduction)
  }

  mutating func hiddenReductionEnded(stage: Int) {
    ranks[stage].hiddenReductions = 1
    startReduction(stage: stage)
  }

  /// A rank class has run its last pass.
  mutating func passesEnded(_ rank: Int) {
    ranks[rank].isFinished = true
    timeline.pipelineEnd = queue.now
    startReduction(stage: stage(of: rank))
  }

  /// The rest of a sum starts when all lanes have their gradients and the hidden part is over.
  private mutating func startReduction(stage: Int) {
    let members = groups.members(groups.group(.data, of: stage))
    guard members.allSatisfy({ ranks[$0].isFinished }), ranks[stage].hiddenReductions <= 1 else {
      return
    }
    let tail = program.tails[stage]
    if tail.reduction + tail.hiddenReduction > .zero {
      count(tail.reductionTraffic, members: members.count)
    }
    guard tail.reduction > .zero else { return gradientsSummed(stage: stage) }
    startTail(
      stage, .reduction, tail.reductionTraffic, whole: tail.reduction + tail.hiddenReduction,
      lasting: tail.reduction, .reduction)
  }

  private mutating func startTail(
    _ stage: Int, _ activity: StepTimeline.Span.Activity, _ traffic: LinkTraffic,
    whole: SimDuration, lasting time: SimDuration, _ kind: RunningFlow.Kind
  ) {
    guard time > .zero else { return }
    let members = groups.members(groups.group(.data, of: stage))
    let isHidden = kind == .firstGather || kind == .hiddenReduction
    let first = nextSpan
    for member in members {
      open(member, isHidden ? .background(.data) : .foreground(.data), activity)
    }
    start(
      RunningFlow(kind: kind, owner: Int32(stage), span: first),
      flows.flow(traffic, whole: whole, members: members, lasting: time))
  }

  mutating func reductionEnded(_ flow: RunningFlow) {
    endSpans(flow.span, count: classes.lanes)
    gradientsSummed(stage: Int(flow.owner))
  }

  /// One more stage has its gradients. When all have, the norm is known and the optimizers start.
  private mutating func gradientsSummed(stage: Int) {
    awaited -= classes.lanes
    guard awaited == 0 else { return }
    timeline.gradientsReady = queue.now
    timeline.end = queue.now
    let last = cause
    for stage in 0..<classes.stages {
      cause = last
      startOptimizer(stage: stage)
    }
  }

  /// One of the lanes goes on for all.
  private mutating func startOptimizer(stage: Int) {
    let time = program.tails[stage].optimizer
    guard time > .zero else { return optimizerEnded(stage) }
    let span = open(stage, .compute, .optimizer)
    for lane in (0..<classes.lanes).dropFirst() {
      let other = open(classes.index(lane: lane, stage: stage), .compute, .optimizer)
      recording?.end(other, later: queue.now + time)
    }
    queue.schedule(Event(kind: .optimizerEnded, index: Int32(stage), mark: span), after: time)
  }

  /// The optimizer of a stage has run: its weights are gathered.
  mutating func optimizerEnded(_ stage: Int) {
    let tail = program.tails[stage]
    if tail.gather + tail.hiddenGather > .zero { count(tail.gatherTraffic, members: classes.lanes) }
    startTail(
      stage, .gather, tail.gatherTraffic, whole: tail.gather + tail.hiddenGather,
      lasting: tail.gather, .gather)
    timeline.end = max(timeline.end, queue.now)
  }

  mutating func gatherEnded(_ flow: RunningFlow) {
    endSpans(flow.span, count: classes.lanes)
    timeline.end = max(timeline.end, queue.now)
  }
}
