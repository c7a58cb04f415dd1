/// How far the forward passes of a stage run ahead of its backward passes.
extension ParallelPlan {
  /// Forward passes that a stage runs before its first backward pass.
  ///
  /// ```
  /// GPipe              m
  /// 1F1B               min(m, p − s)
  /// interleaved 1F1B   min(m v, 2 (p − s − 1) + (v − 1) p + 1)
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
    }
  }

  /// Micro-batches whose activations a stage holds at once, counted in whole stages: a chunk of a
  /// stage counts as one part of `virtualStages`.
  public func microBatchesInFlight(stage: Int, microBatches: Int) -> Double {
    Double(forwardLead(stage: stage, microBatches: microBatches)) / Double(virtualStages)
  }
}
