public import Units

/// What the passes of one micro-batch take.
public struct PassTimes: Sendable {
  /// By chunk in the model's order; chunk `c` lies on stage `c mod pipeline`. A pass that sends its
  /// result on holds its stage until the exposed part of the send is over, and counts it.
  public var forward: [Seconds]
  public var backward: [Seconds]
  /// How long a result still travels when its sender has gone on with other work.
  public var flight: Seconds

  public init(forward: [Seconds], backward: [Seconds], flight: Seconds = .zero) {
    self.forward = forward
    self.backward = backward
    self.flight = flight
  }
}

/// The pipeline schedules in closed form.
extension ParallelPlan {
  /// Whether a stage has other work to do while a result of its travels.
  ///
  /// In plain 1F1B it has not: a stage never has more micro-batches in flight than stages lie ahead,
  /// so each waits for the return of an earlier one, and every send lies on that path. Megatron-Core
  /// likewise offers the overlap for interleaved schedules only.
  public var hidesSends: Bool { schedule == .gpipe || virtualStages > 1 }

  /// The time from the first forward pass to the last backward pass.
  ///
  /// In GPipe micro-batches follow each other at the pace of the slowest pass:
  /// ```
  /// time = Σ (forward + backward) + 2 (p − 1) flight + (m − 1) (max forward + max backward)
  /// ```
  /// In 1F1B, interleaved or not, every stage sets a lower bound, and the largest is the time:
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
  /// Each is the length of a chain of passes that wait for one another, so never above the exact
  /// time. It is the exact time without interleaving, as long as stages have a like ratio of backward
  /// to forward time, and within 0.5 % of it where chunks are uneven (`AgreementTests`). Equal stages
  /// have the published bubble, (p − 1) ÷ (v m + p − 1) of the time (Narayanan et al. 2021,
  /// arXiv 2104.04473, section 2.2).
  public func pipelineTime(_ passes: PassTimes, microBatches: Int) -> Seconds {
    precondition(
      passes.forward.count == pipeline * virtualStages
        && passes.backward.count == passes.forward.count,
      "every chunk needs the time of its passes")
    let chunks = sum(passes.forward[...]) + sum(passes.backward[...])
    switch schedule {
    case .gpipe:
      let slowest = (passes.forward.max() ?? .zero) + (passes.backward.max() ?? .zero)
      return chunks + Double(2 * (pipeline - 1)) * passes.flight + Double(microBatches - 1)
        * slowest
    case .oneForwardOneBackward:
      if pipeline == 1 { return chunks * Double(microBatches) }
      return slowestBound(passes, microBatches: microBatches)
    }
  }

  private func slowestBound(_ passes: PassTimes, microBatches: Int) -> Seconds {
    let last = pipeline * (virtualStages - 1)
    var slowest = Seconds.zero
    var passed = Seconds.zero
    // Work of one micro-batch that lies ahead: from the stage's first chunk on, and, in its last
    // round, behind the stage.
    var ahead = (forward: sum(passes.forward[...]), backward: sum(passes.backward[...]))
    var beyond = (forward: sum(passes.forward[last...]), backward: sum(passes.backward[last...]))
    for stage in 0..<pipeline {
      beyond.forward -= passes.forward[last + stage]
      beyond.backward -= passes.backward[last + stage]
      let hops = pipeline * virtualStages - 1 - stage + (pipeline - 1 - stage)
      let flight = Double(hops) * passes.flight
      let lead = forwardLead(stage: stage, microBatches: microBatches)
      let first =
        ahead.forward + beyond.backward + flight - run(lead, of: passes.forward, stage: stage)
      let final =
        ahead.backward + beyond.forward + flight - run(lead, of: passes.backward, stage: stage)
      let busy = Double(microBatches) * (own(passes.forward, stage) + own(passes.backward, stage))
      let waits =
        lead == microBatches * virtualStages
        ? max(.zero, first, final) : max(.zero, first) + max(.zero, final)
      slowest = max(slowest, passed + busy + waits)
      passed += passes.forward[stage] + passes.backward[stage] + 2 * passes.flight
      ahead.forward -= passes.forward[stage]
      ahead.backward -= passes.backward[stage]
    }
    return slowest
  }

  private func sum(_ times: ArraySlice<Seconds>) -> Seconds {
    var total = Seconds.zero
    for time in times { total += time }
    return total
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
    guard virtualStages > 1 else { return Double(count) * times[stage] }
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
