/// How far the forward passes of a stage run ahead of its backward passes.
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
}
