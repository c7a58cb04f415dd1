public import Units

/// What a step takes and holds in all, from what each kind of stage does.
extension UpdateCosts {
  func tail(kind: Int, _ stages: StageCosts, _ hiding: TailHiding) -> StepTail {
    StepTail(kinds[kind], stage: stages.stageKinds[kind], hiding: hiding)
  }

  /// When the last stage has summed its gradients. Each does so when it has finished its last pass, while
  /// the stages before it still drain:
  /// ```
  /// max over stages of (end + reduction)
  /// ```
  ///
  /// - Parameter latest: By kind of stage, the last end of its passes.
  public func gradientsSummed(
    _ stages: StageCosts, latest: [Seconds], hiding: TailHiding
  ) -> Seconds {
    var summed = Seconds.zero
    for kind in kinds.indices {
      summed = max(summed, latest[kind] + tail(kind: kind, stages, hiding).reduction)
    }
    return summed
  }

  /// What comes after that on the rank that is last: optimizer and gather. The norm of the gradients needs
  /// them all, so the optimizers start together.
  public func afterReduction(_ stages: StageCosts, hiding: TailHiding) -> Seconds {
    let slowest = slowestTail(stages, hiding)
    return slowest.optimizer + slowest.gather
  }

  func slowestTail(_ stages: StageCosts, _ hiding: TailHiding) -> StepTail {
    var slowest = tail(kind: 0, stages, hiding)
    for kind in kinds.indices.dropFirst() {
      let other = tail(kind: kind, stages, hiding)
      if other.optimizer + other.gather > slowest.optimizer + slowest.gather { slowest = other }
    }
    return slowest
  }

  /// What the fullest stage holds at its fullest moment.
  ///
  /// - Parameter kept: By kind of stage, the most that one keeps for its backward passes.
  public func peakMemory(_ stages: StageCosts, kept: [Bytes], costs: FleetCosts) -> Bytes {
    var peak = Bytes.zero
    for kind in kinds.indices {
      peak = max(peak, memory(kind: kind, stages, kept: kept[kind], costs).total)
    }
    return peak
  }

  func memory(
    kind: Int, _ stages: StageCosts, kept: Bytes, _ costs: FleetCosts
  ) -> StageMemory {
    costs.memory(
      states: kinds[kind].states, activations: kept,
      transient: stages.stageKinds[kind].transient)
  }

  /// The least that the fullest stage needs, whatever its activations.
  public func mostStates(_ costs: FleetCosts) -> Bytes {
    kinds.reduce(.zero) {
      max($0, $1.states.allocated + costs.reserved(beside: $1.states.allocated))
    }
  }
}
