public import Units

/// What one chunk's passes take where all chunks are alike.
public struct EqualPasses: Sendable {
  public var forward: Seconds
  public var inputGradient: Seconds
  public var weightGradient: Seconds
  /// A forward and a whole backward pass that run together.
  public var together: Seconds

  public init(
    forward: Seconds, inputGradient: Seconds, weightGradient: Seconds, together: Seconds
  ) {
    self.forward = forward
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
    self.together = together
  }

  var backward: Seconds { inputGradient + weightGradient }
}

extension ParallelPlan {
  /// The published idle time of a stage in one step, where all chunks are alike and nothing travels.
  ///
  /// With F, B, W for forward, gradient of inputs and gradient of weights, and F&B for a forward and a
  /// backward pass together:
  /// ```
  /// GPipe, 1F1B   (p − 1) (F + B + W)
  /// interleaved   (p − 1) (F + B + W)       of one chunk
  /// ZB-H1         (p − 1) (F + B − W)       as long as W ≤ F and W ≤ B
  /// DualPipe      (p/2 − 1) (F&B + B − 2 W)
  /// ```
  /// Sources: Narayanan et al. 2021, arXiv 2104.04473, section 2.2; Qi et al. 2023, arXiv 2401.10241,
  /// table 1; DeepSeek-AI 2024, arXiv 2412.19437, table 2, which calls B + W the backward pass:
  /// F&B + B − 3 W there. DualPipe's is exact where F = B = W and F&B = F + B + W; elsewhere the order
  /// of passes is up to one of its terms quicker.
  public func publishedBubble(_ passes: EqualPasses) -> Seconds {
    let others = Double(pipeline - 1)
    switch schedule {
    case .gpipe, .oneForwardOneBackward: return others * (passes.forward + passes.backward)
    case .zeroBubble:
      return others * (passes.forward + passes.inputGradient - passes.weightGradient)
    case .dualPipe:
      let pairs = Double(pipeline / 2 - 1)
      return pairs * (passes.together + passes.inputGradient - 2 * passes.weightGradient)
    }
  }

  /// Idle time ÷ time of the pipeline, of a step with published bubble.
  public func publishedBubbleFraction(_ passes: EqualPasses, microBatches: Int) -> Double {
    let bubble = publishedBubble(passes)
    return bubble / (bubble + busyTime(passes, microBatches: microBatches))
  }

  /// How long a stage works in one step.
  private func busyTime(_ passes: EqualPasses, microBatches: Int) -> Seconds {
    let apart = Double(microBatches * virtualStages) * (passes.forward + passes.backward)
    guard schedule == .dualPipe else { return apart }
    // The outermost stages have p/2 − 1 inner ones, and every stage as much work in its pairs.
    let pairs = Double(pairs(stage: 0, microBatches: microBatches))
    return apart - pairs * (passes.forward + passes.backward - passes.together)
  }

  /// Slots of a stage in which two passes run together.
  public func pairs(stage: Int, microBatches: Int) -> Int {
    guard schedule == .dualPipe else { return 0 }
    let depth = min(stage, pipeline - 1 - stage)
    let inner = pipeline / 2 - 1 - depth
    let rounds = microBatches / 2 - pipeline + depth + 1
    return 2 * rounds - (inner == 0 ? 1 : 0) + inner
  }

  /// By chunk of a stage, how many of its backward passes are cut in two.
  public func cutPasses(stage: Int, microBatches: Int) -> [(chunk: Int, count: Int)] {
    let order = passOrder(stage: stage, microBatches: microBatches)
    return chunks(ofStage: stage).map { chunk in
      (chunk, order.count { $0.first.direction == .weightGradient && $0.first.chunk == chunk })
    }
  }
}
