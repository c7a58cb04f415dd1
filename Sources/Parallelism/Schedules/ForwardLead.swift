public import Units

/// How far the forward passes of a stage run ahead of its backward passes, and what it keeps for them.
extension ParallelPlan {
  /// Forward passes that a stage runs before its first backward pass.
  ///
  /// ```
  /// GPipe              m
  /// 1F1B               min(m, p − s)
  /// interleaved 1F1B   min(m v, 2 (p − s − 1) + (v − 1) p + 1)
  /// ZB-H1              min(m, p − s)
  /// DualPipe           2 (p/2 − 1) + 2            of both ways
  /// ```
  /// Source: Narayanan et al. 2021, arXiv 2104.04473, section 2.2; Megatron-Core's warm-up count,
  /// and one more: its steady state starts with a forward pass.
  ///
  /// - Parameters:
  ///   - stage: The stage, `s`, counted from 0.
  ///   - microBatches: The micro-batches of a step, `m`.
  public func forwardLead(stage: Int, microBatches: Int) -> Int {
    let ahead = pipeline - stage - 1
    switch schedule {
    case .gpipe:
      return microBatches
    case .oneForwardOneBackward:
      if virtualStages == 1 { return min(microBatches, ahead + 1) }
      return min(microBatches * virtualStages, 2 * ahead + (virtualStages - 1) * pipeline + 1)
    case .zeroBubble:
      return min(microBatches, ahead + 1)
    case .dualPipe:
      return pipeline
    }
  }

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
    let own = chunks(ofStage: stage)
    let alike = own.allSatisfy { kept[$0] == kept[own[0]] }
    switch schedule {
    case .gpipe: return (kept[stage] + keptOnce[stage]) * Double(microBatches)
    case .zeroBubble: return kept[stage] * Double(min(microBatches, pipeline)) + keptOnce[stage]
    case .oneForwardOneBackward where alike:
      let lead = forwardLead(stage: stage, microBatches: microBatches)
      return kept[stage] * Double(lead) + own.reduce(Bytes.zero) { $0 + keptOnce[$1] }
    case .oneForwardOneBackward, .dualPipe:
      return walkedMost(stage: stage, kept: kept, keptOnce: keptOnce, microBatches: microBatches)
    }
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
