public import Units

/// The time of a pipeline.
extension ParallelPlan {
  /// The time from the first forward pass to the last backward pass.
  ///
  /// Equal stages have the published bubble, (p − 1) ÷ (v m + p − 1) of the time (Narayanan et al.
  /// 2021, arXiv 2104.04473, section 2.2).
  public func pipelineTime(_ passes: PassTimes, microBatches: Int) -> Seconds {
    stageEnds(passes, microBatches: microBatches).max() ?? .zero
  }

  /// When each stage has finished its last pass, from the start of the first forward pass on.
  ///
  /// GPipe and plain 1F1B have closed forms. Where stages are very unlike, for interleaved chunks that are
  /// not equal, and for the other schedules, the passes are timed one after another.
  ///
  /// - Parameter limit: A pipeline that takes longer is of no interest: a lower bound of its ends, which
  ///   is quicker to find, will do.
  public func stageEnds(
    _ passes: PassTimes, microBatches: Int, within limit: Seconds = Seconds(.infinity)
  ) -> [Seconds] {
    precondition(
      passes.forward.count == pipeline * virtualStages
        && passes.backward.count == passes.forward.count,
      "every chunk needs the time of its passes")
    switch schedule {
    case .gpipe:
      return flushedEnds(passes, microBatches: microBatches)
    case .oneForwardOneBackward:
      let isExact = passes.spread <= (virtualStages == 1 ? Self.closedSpread : Self.evenSpread)
      if isExact || limit.isFinite {
        let ends = boundedEnds(passes, microBatches: microBatches)
        if isExact || ends.contains(where: { $0 >= limit }) { return ends }
      }
      return virtualStages == 1
        ? AlternatingRecurrence.stageEnds(self, passes, microBatches: microBatches)
        : InterleavedRecurrence.stageEnds(self, passes, microBatches: microBatches)
    case .zeroBubble, .dualPipe:
      let bound = busyTimes(passes, microBatches: microBatches)
      if bound.contains(where: { $0 >= limit }) { return bound }
      return schedule == .zeroBubble
        ? AlternatingRecurrence.stageEnds(self, passes, microBatches: microBatches)
        : SlotRecurrence.stageEnds(self, passes, microBatches: microBatches)
    }
  }

  /// By stage, the sum of its slots: no stage ends sooner.
  private func busyTimes(_ passes: PassTimes, microBatches: Int) -> [Seconds] {
    let each = Double(microBatches / weightCopies)
    return (0..<pipeline).map { stage in
      var time = Seconds.zero
      for chunk in chunks(ofStage: stage) {
        let cut = passes.inputGradient[chunk] + passes.weightGradient[chunk]
        let whole = schedule == .dualPipe ? passes.backward[chunk] : cut
        time += passes.forward[chunk] + min(whole, cut)
      }
      return each * time - hiddenTime(stage: stage, passes, microBatches: microBatches)
    }
  }

  /// What a stage saves in a step because some of its passes run together.
  public func hiddenTime(stage: Int, _ passes: PassTimes, microBatches: Int) -> Seconds {
    guard schedule == .dualPipe else { return .zero }
    // The two chunks of a stage take turns to be the one that runs forward. Which of them comes first
    // in an odd number of pairs is told by the order: the far way's.
    let pairs = pairs(stage: stage, microBatches: microBatches)
    let depth = min(stage, pipeline - 1 - stage)
    let far = pipeline - 1 - depth
    let nearPairs = microBatches / 2 - pipeline + depth + 1 - (depth == pipeline / 2 - 1 ? 1 : 0)
    let saved = { (forward: Int) in
      let backward = self.pipeline - 1 - forward
      return passes.forward[forward] + passes.backward[backward] - passes.together[forward]
    }
    return Double(nearPairs) * saved(depth) + Double(pairs - nearPairs) * saved(far)
  }

  /// Up to this spread of stages the closed form of plain 1F1B is exact.
  private static var closedSpread: Double { 1.5 }
  /// Equal chunks, as far as the arithmetic of their sums can tell.
  private static var evenSpread: Double { 1 + 1e-9 }

  /// GPipe: micro-batches follow each other at the pace of the slowest pass that they have met.
  ///
  /// ```
  /// turn   = Σ forward + (p − 1) flight + (m − 1) max forward
  /// end(s) = turn + Σ backward + (p − 1 − s) flight + (m − 1) max backward    over stages from s on
  /// ```
  private func flushedEnds(_ passes: PassTimes, microBatches: Int) -> [Seconds] {
    let followers = Double(microBatches - 1)
    var end = Double(pipeline - 1) * passes.flight
    for time in passes.forward { end += time }
    end += followers * (passes.forward.max() ?? .zero)
    var slowest = Seconds.zero
    var ends = passes.backward
    for stage in (0..<pipeline).reversed() {
      slowest = max(slowest, passes.backward[stage])
      end += passes.backward[stage]
      ends[stage] = end + followers * slowest
      end += passes.flight
    }
    return ends
  }
}
