/// One pass of one micro-batch through one chunk of the model.
public struct PipelinePass: Hashable, Sendable {
  public enum Direction: UInt8, CaseIterable, Sendable {
    case forward, backward
  }

  public var direction: Direction
  /// Counted from 0.
  public var microBatch: Int
  /// In the model's order, from 0; chunk `c` lies on stage `c mod pipeline`.
  public var chunk: Int

  public init(_ direction: Direction, microBatch: Int, chunk: Int) {
    self.direction = direction
    self.microBatch = microBatch
    self.chunk = chunk
  }
}

extension ParallelPlan {
  /// The passes of one stage in the order in which its compute stream runs them.
  ///
  /// The stage first runs `forwardLead` forward passes; then a backward and a forward pass in turn
  /// while forward passes are left; then the backward passes that remain. GPipe is the case in which
  /// all forward passes come first.
  ///
  /// Interleaved, passes go in groups of `pipeline` micro-batches: a group runs through the first
  /// chunk of the stage, then through the second, and so on; backward passes start at the last chunk.
  /// Source: Narayanan et al. 2021, arXiv 2104.04473, section 2.2.
  public func passOrder(stage: Int, microBatches: Int) -> [PipelinePass] {
    let passes = microBatches * virtualStages
    let lead = forwardLead(stage: stage, microBatches: microBatches)
    var order: [PipelinePass] = []
    order.reserveCapacity(2 * passes)
    for index in 0..<lead { order.append(pass(.forward, index, stage: stage)) }
    for index in 0..<passes {
      order.append(pass(.backward, index, stage: stage))
      if lead + index < passes { order.append(pass(.forward, lead + index, stage: stage)) }
    }
    return order
  }

  /// The pass that comes at a place among the forward, or among the backward, passes of a stage.
  private func pass(
    _ direction: PipelinePass.Direction, _ index: Int, stage: Int
  ) -> PipelinePass {
    guard virtualStages > 1 else {
      return PipelinePass(direction, microBatch: index, chunk: stage)
    }
    let group = index / (pipeline * virtualStages)
    let place = index % (pipeline * virtualStages)
    let turn = place / pipeline
    let local = direction == .forward ? turn : virtualStages - 1 - turn
    return PipelinePass(
      direction, microBatch: group * pipeline + place % pipeline, chunk: local * pipeline + stage)
  }
}
