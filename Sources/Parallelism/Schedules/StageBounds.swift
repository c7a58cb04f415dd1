import Units

extension ParallelPlan {
  /// Interleaved 1F1B in closed form: every stage holds the others to a bound, and the largest counts.
  ///
  /// ```
  /// bound = reach + busy + drain + first wait + last wait
  /// ```
  /// - `reach`, `drain`: the first micro-batch forward, the last one backward, through the chunks
  ///   before the stage.
  /// - `busy`: the stage's own passes of all micro-batches.
  /// - `first wait`: its first backward pass needs the first micro-batch to return through all that
  ///   lies ahead; the forward passes that run meanwhile may end sooner.
  /// - `last wait`: the same for the last micro-batch and the backward passes after its forward pass.
  ///   Where all forward passes come first the two waits are one, the longer.
  ///
  /// A bound is the length of a chain of passes that wait for one another, so it is never above the
  /// exact time. It is the exact time if all chunks are equal (`AgreementTests`).
  ///
  /// A stage ends its own `drain` before the bound of each stage from it on; and not before the last
  /// micro-batch has come through the stages before it, by way of the last stage.
  ///
  /// - Returns: By stage, when it has finished its last pass.
  func boundedEnds(_ passes: PassTimes, microBatches: Int) -> [Seconds] {
    var bounds: [StageBound] = []
    bounds.reserveCapacity(pipeline)
    var ahead = WorkAhead(self, passes)
    for stage in 0..<pipeline {
      bounds.append(bound(stage, passes, &ahead, microBatches: microBatches))
    }
    // Chains through a stage from here on, and those through an earlier stage.
    var ends = bounds.map(\.time)
    for stage in ends.indices.dropLast().reversed() {
      ends[stage] = max(ends[stage], ends[stage + 1])
    }
    var through = Seconds.zero
    for stage in ends.indices {
      ends[stage] = max(ends[stage], through) - bounds[stage].drain
      through = max(through, bounds[stage].through)
    }
    return ends
  }

  private func bound(
    _ stage: Int, _ passes: PassTimes, _ ahead: inout WorkAhead, microBatches: Int
  ) -> StageBound {
    let lead = forwardLead(stage: stage, microBatches: microBatches)
    ahead.pass(own: stage, passes)
    let hops = pipeline * virtualStages - 1 - stage + (pipeline - 1 - stage)
    let flight = Double(hops) * passes.flight
    let first = ahead.firstReturn + flight - run(lead, of: passes.forward, stage: stage)
    let last = ahead.lastReturn + flight - run(lead, of: passes.backward, stage: stage)
    let busy = Double(microBatches) * (own(passes.forward, stage) + own(passes.backward, stage))
    let base = ahead.reach + busy + ahead.drain
    let bound =
      lead == microBatches * virtualStages
      ? StageBound(time: base + max(.zero, first, last), through: base + last, drain: ahead.drain)
      : StageBound(
        time: base + max(.zero, first) + max(.zero, last),
        through: base + max(.zero, first) + last, drain: ahead.drain)
    ahead.leave(stage, passes)
    return bound
  }

  /// One micro-batch through all chunks of a stage.
  private func own(_ times: [Seconds], _ stage: Int) -> Seconds {
    var total = Seconds.zero
    for chunk in stride(from: stage, to: times.count, by: pipeline) { total += times[chunk] }
    return total
  }

  /// The first forward passes of a stage, or its last backward passes: groups of `pipeline`
  /// micro-batches, the first chunk first (backward: the first chunk last).
  private func run(_ count: Int, of times: [Seconds], stage: Int) -> Seconds {
    let rounds = count / times.count
    var left = count % times.count
    var total = Double(rounds * pipeline) * own(times, stage)
    for chunk in stride(from: stage, to: times.count, by: pipeline) {
      total += Double(min(left, pipeline)) * times[chunk]
      left -= min(left, pipeline)
    }
    return total
  }
}

private struct StageBound {
  /// The whole pipeline, as the stage holds it up.
  let time: Seconds
  /// The same by a chain that leaves the stage with the last forward pass.
  let through: Seconds
  let drain: Seconds
}

/// What lies before and behind a stage, for one micro-batch; kept up to date from stage to stage.
private struct WorkAhead {
  private(set) var reach = Seconds.zero
  private(set) var drain = Seconds.zero
  /// From the first chunk of the stage on.
  private var forward = Seconds.zero
  private var backward = Seconds.zero
  /// In the last round of chunks, behind the stage.
  private var forwardBeyond = Seconds.zero
  private var backwardBeyond = Seconds.zero
  private let lastRound: Int

  init(_ plan: ParallelPlan, _ passes: PassTimes) {
    lastRound = plan.pipeline * (plan.virtualStages - 1)
    for time in passes.forward { forward += time }
    for time in passes.backward { backward += time }
    for time in passes.forward[lastRound...] { forwardBeyond += time }
    for time in passes.backward[lastRound...] { backwardBeyond += time }
  }

  /// From the first forward pass of the stage to the return of that micro-batch.
  var firstReturn: Seconds { forward + backwardBeyond }
  /// From the last forward pass of the stage, not counted, to its last backward pass.
  var lastReturn: Seconds { backward + forwardBeyond }

  mutating func pass(own stage: Int, _ passes: PassTimes) {
    forwardBeyond -= passes.forward[lastRound + stage]
    backwardBeyond -= passes.backward[lastRound + stage]
  }

  mutating func leave(_ stage: Int, _ passes: PassTimes) {
    forward -= passes.forward[stage]
    backward -= passes.backward[stage]
    reach += passes.forward[stage] + passes.flight
    drain += passes.backward[stage] + passes.flight
  }
}
