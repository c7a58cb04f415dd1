/// Closed forms of the pipeline schedules.
extension ParallelPlan {
  /// Micro-batches whose activations a stage holds at once, counted in whole stages: a chunk of a
  /// stage counts as one part of `virtualStages`.
  ///
  /// ```
  /// GPipe              m
  /// 1F1B               min(m, p − s)
  /// interleaved 1F1B   min(m v, 2 (p − s − 1) + (v − 1) p + 1) / v
  /// ```
  /// Source: Narayanan et al. 2021, arXiv 2104.04473, section 2.2; Megatron-Core's warm-up count.
  ///
  /// - Parameters:
  ///   - stage: The stage, counted from 0.
  ///   - microBatches: The micro-batches of a step, `m`.
  public func microBatchesInFlight(stage: Int, microBatches: Int) -> Double {
    switch schedule {
    case .gpipe:
      return Double(microBatches)
    case .oneForwardOneBackward:
      if virtualStages == 1 { return Double(min(microBatches, pipeline - stage)) }
      let warmUp = 2 * (pipeline - stage - 1) + (virtualStages - 1) * pipeline + 1
      return Double(min(microBatches * virtualStages, warmUp)) / Double(virtualStages)
    }
  }

  /// Idle time of the slowest stage, where a stage takes `times[s]` for one micro-batch forward and
  /// backward.
  ///
  /// The first micro-batch must pass forward through all stages and back before the pipeline is
  /// full; interleaving does so in chunks of a `v`-th of a stage:
  /// ```
  /// bubble = (Σ times − max times) / v
  /// ```
  /// For equal stages this is the published fraction (p − 1) / (v m + p − 1) of the pipeline time.
  public func bubble(stageTimes times: [Double]) -> Double {
    let total = times.reduce(0, +)
    return (total - (times.max() ?? 0)) / Double(virtualStages)
  }
}
