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
  /// GPipe and plain 1F1B have closed forms. For interleaved chunks that are not equal, and for the other
  /// schedules, the passes are timed one after another.
  ///
  /// - Parameter limit: A pipeline that takes longer is of no interest: a lower bound of its ends, which
  ///   is quicker to find, will do.
  public func stageEnds(
    _ passes: PassTimes, microBatches: Int, within limit: Seconds = Seconds(.infinity)
  ) -> [Seconds] {
    ends(
      ofStages: Array(0..<pipeline), passes, microBatches: microBatches, within: limit)
  }

  /// The same of some stages only.
  public func ends(
    ofStages stages: [Int], _ passes: PassTimes, microBatches: Int,
    within limit: Seconds = Seconds(.infinity)
  ) -> [Seconds] {
    precondition(
      passes.forward.count == pipeline * virtualStages
        && passes.backward.count == passes.forward.count,
      "every chunk needs the time of its passes")
    if hasClosedForm(flight: passes.flight) {
      return ends(
        ofStages: stages, passes.runs, flight: passes.flight, microBatches: microBatches)
    }
    let ends = allEnds(passes, microBatches: microBatches, within: limit)
    return stages.count == pipeline ? ends : stages.map { ends[$0] }
  }

  private func allEnds(
    _ passes: PassTimes, microBatches: Int, within limit: Seconds
  ) -> [Seconds] {
    switch schedule {
    case .gpipe:
      preconditionFailure("GPipe runs one chunk a stage and has a closed form")
    case .oneForwardOneBackward where virtualStages == 1:
      return AlternatingRecurrence.stageEnds(self, passes, microBatches: microBatches)
    case .oneForwardOneBackward:
      let isEven = passes.spread <= Self.evenSpread
      if isEven || limit.isFinite {
        let ends = boundedEnds(passes, microBatches: microBatches)
        if isEven || ends.contains(where: { $0 >= limit }) { return ends }
      }
      return AlternatingRecurrence.stageEnds(self, passes, microBatches: microBatches)
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

  /// Equal chunks, as far as the arithmetic of their sums can tell.
  private static var evenSpread: Double { 1 + 1e-9 }
}
