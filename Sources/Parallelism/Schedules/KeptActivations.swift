public import Units

/// What the forward pass of a chunk keeps of one micro-batch.
public struct KeptActivations: Sendable {
  /// Until the gradients of its weights are done.
  public var lasting: Bytes
  /// Until the gradients of its inputs are done.
  public var brief: Bytes

  public init(lasting: Bytes, brief: Bytes = .zero) {
    self.lasting = lasting
    self.brief = brief
  }

  var all: Bytes { lasting + brief }
}

/// What a stage keeps from forward to backward passes.
extension ParallelPlan {
  /// The most that a stage keeps at once for its backward passes.
  ///
  /// Where chunks of a stage differ the order of passes is walked through; it is the same from group to
  /// group, so a short step tells.
  ///
  /// Of stages with like chunks the first keeps most, unless the schedule is DualPipe: its forward passes
  /// run furthest ahead of its backward passes.
  ///
  /// - Parameters:
  ///   - own: The kind of each chunk of the stage, in the order of `chunks(ofStage:)`.
  ///   - kept: What a kind of chunk keeps.
  public func mostKept(
    stage: Int, own: [Int], microBatches: Int, kept: (Int) -> KeptActivations
  ) -> Bytes {
    let first = kept(own[0])
    switch schedule {
    case .gpipe: return first.all * Double(microBatches)
    case .zeroBubble: return first.lasting * Double(min(microBatches, pipeline)) + first.brief
    case .oneForwardOneBackward:
      let lead = forwardLead(stage: stage, microBatches: microBatches)
      var brief = Bytes.zero
      for kind in own {
        let chunk = kept(kind)
        guard chunk.lasting.value == first.lasting.value else {
          return mostInterleaved(own, lead: lead, microBatches: microBatches, kept)
        }
        brief += chunk.brief
      }
      return first.lasting * Double(lead) + brief
    case .dualPipe:
      return walkedMost(stage: stage, own, microBatches: microBatches, kept)
    }
  }

  /// The same of unlike chunks that take turns. As long as neither the forward nor the backward passes
  /// change their chunk, each pair of passes adds as much as the last: only the ends of such a run count.
  /// When each chunk has had its turn of both, as much is kept as before.
  private func mostInterleaved(
    _ own: [Int], lead: Int, microBatches: Int, _ kept: (Int) -> KeptActivations
  ) -> Bytes {
    let passes = min(microBatches * virtualStages, lead + pipeline * virtualStages)
    let chunk = { (pass: Int) in pass / self.pipeline % self.virtualStages }
    var now = Bytes.zero
    for forward in stride(from: 0, to: lead, by: pipeline) {
      now = now + kept(own[chunk(forward)]).all * Double(min(pipeline, lead - forward))
    }
    var most = now
    var backward = 0
    while lead + backward < passes {
      let forward = lead + backward
      let run = min(
        pipeline - backward % pipeline, pipeline - forward % pipeline, passes - forward)
      let freed = kept(own[virtualStages - 1 - chunk(backward)]).all
      let change = kept(own[chunk(forward)]).all - freed
      most = max(most, now + change, now + change * Double(run))
      now = now + change * Double(run)
      backward += run
    }
    return most
  }

  private func walkedMost(
    stage: Int, _ own: [Int], microBatches: Int, _ kept: (Int) -> KeptActivations
  ) -> Bytes {
    let few = min(microBatches, 4 * pipeline)
    var now = Bytes.zero
    var most = Bytes.zero
    for slot in passOrder(stage: stage, microBatches: few) {
      // Of two passes that run together the forward one stands first, and keeps before the other frees.
      for pass in slot.passes {
        let chunk = kept(own[pass.chunk == stage ? 0 : 1])
        switch pass.direction {
        case .forward: now = now + chunk.all
        case .backward: now = now - chunk.lasting - chunk.brief
        case .inputGradient: now = now - chunk.brief
        case .weightGradient: now = now - chunk.lasting
        }
        most = max(most, now)
      }
    }
    return most
  }
}
