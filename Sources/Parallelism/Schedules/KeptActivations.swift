public import Units

/// What a stage keeps from forward to backward passes.
extension ParallelPlan {
  /// The most that a stage keeps at once for its backward passes.
  ///
  /// A forward pass keeps `kept` until the gradients of its weights are done, and `keptOnce`, which the
  /// gradients of inputs alone need, until these are. Where chunks of a stage differ the order of
  /// passes is walked through; it is the same from group to group, so a short step tells.
  ///
  /// - Parameters:
  ///   - kept: By chunk of the model, for one micro-batch.
  ///   - keptOnce: The same.
  public func mostKept(
    stage: Int, kept: [Bytes], keptOnce: [Bytes], microBatches: Int
  ) -> Bytes {
    switch schedule {
    case .gpipe: return (kept[stage] + keptOnce[stage]) * Double(microBatches)
    case .zeroBubble: return kept[stage] * Double(min(microBatches, pipeline)) + keptOnce[stage]
    case .oneForwardOneBackward:
      let lead = forwardLead(stage: stage, microBatches: microBatches)
      let own = stride(from: stage, to: kept.count, by: pipeline)
      guard own.allSatisfy({ kept[$0] == kept[stage] }) else {
        return mostInterleaved(stage: stage, lead: lead, kept, keptOnce, microBatches)
      }
      return kept[stage] * Double(lead) + own.reduce(Bytes.zero) { $0 + keptOnce[$1] }
    case .dualPipe:
      return walkedMost(stage: stage, kept: kept, keptOnce: keptOnce, microBatches: microBatches)
    }
  }

  /// The same of unlike chunks that take turns. As long as neither the forward nor the backward passes
  /// change their chunk, each pair of passes adds as much as the last: only the ends of such a run count.
  /// When each chunk has had its turn of both, as much is kept as before.
  private func mostInterleaved(
    stage: Int, lead: Int, _ kept: [Bytes], _ keptOnce: [Bytes], _ microBatches: Int
  ) -> Bytes {
    let passes = min(microBatches * virtualStages, lead + pipeline * virtualStages)
    let whole = { (chunk: Int) in kept[chunk] + keptOnce[chunk] }
    let round = { (pass: Int) in pass / self.pipeline % self.virtualStages }
    let chunk = { (round: Int) in round * self.pipeline + stage }
    var now = Bytes.zero
    for forward in stride(from: 0, to: lead, by: pipeline) {
      now = now + whole(chunk(round(forward))) * Double(min(pipeline, lead - forward))
    }
    var most = now
    var backward = 0
    while lead + backward < passes {
      let forward = lead + backward
      let run = min(
        pipeline - backward % pipeline, pipeline - forward % pipeline, passes - forward)
      let freed = whole(chunk(virtualStages - 1 - round(backward)))
      let change = whole(chunk(round(forward))) - freed
      most = max(most, now + change, now + change * Double(run))
      now = now + change * Double(run)
      backward += run
    }
    return most
  }

  private func walkedMost(
    stage: Int, kept: [Bytes], keptOnce: [Bytes], microBatches: Int
  ) -> Bytes {
    let few = min(microBatches, 4 * pipeline)
    var now = Bytes.zero
    var most = Bytes.zero
    for slot in passOrder(stage: stage, microBatches: few) {
      // Of two passes that run together the forward one stands first, and keeps before the other frees.
      for pass in slot.passes {
        let chunk = pass.chunk
        switch pass.direction {
        case .forward: now = now + kept[chunk] + keptOnce[chunk]
        case .backward: now = now - kept[chunk] - keptOnce[chunk]
        case .inputGradient: now = now - keptOnce[chunk]
        case .weightGradient: now = now - kept[chunk]
        }
        most = max(most, now)
      }
    }
    return most
  }
}
