extension ParallelPlan {
  /// The passes of one stage in the order in which its compute stream runs them.
  ///
  /// GPipe and 1F1B: the stage first runs `forwardLead` forward passes; then a backward and a forward
  /// pass in turn while forward passes are left; then the backward passes that remain. GPipe is the
  /// case in which all forward passes come first.
  ///
  /// Interleaved, passes go in groups of `pipeline` micro-batches: a group runs through the first
  /// chunk of the stage, then through the second, and so on; backward passes start at the last chunk.
  /// Source: Narayanan et al. 2021, arXiv 2104.04473, section 2.2.
  public func passOrder(stage: Int, microBatches: Int) -> [PassSlot] {
    switch schedule {
    case .gpipe, .oneForwardOneBackward: ledOrder(stage: stage, microBatches: microBatches)
    case .zeroBubble: zeroBubbleOrder(stage: stage, microBatches: microBatches)
    case .dualPipe: dualPipeOrder(stage: stage, microBatches: microBatches)
    }
  }

  /// The stage that runs the passes of a micro-batch through a chunk: chunk `c` lies on stage
  /// `c mod pipeline`; the second half of DualPipe's micro-batches comes from the other end.
  public func stage(chunk: Int, microBatch: Int, microBatches: Int) -> Int {
    let stage = chunk % pipeline
    return schedule == .dualPipe && microBatch >= microBatches / 2 ? pipeline - 1 - stage : stage
  }

  /// The chunks that a stage holds.
  public func chunks(ofStage stage: Int) -> [Int] {
    schedule == .dualPipe
      ? [stage, pipeline - 1 - stage]
      : Array(stride(from: stage, to: pipeline * virtualStages, by: pipeline))
  }

  private func ledOrder(stage: Int, microBatches: Int) -> [PassSlot] {
    let passes = microBatches * virtualStages
    let lead = forwardLead(stage: stage, microBatches: microBatches)
    var order: [PassSlot] = []
    order.reserveCapacity(2 * passes)
    for index in 0..<lead { order.append(slot(.forward, index, stage: stage)) }
    for index in 0..<passes {
      order.append(slot(.backward, index, stage: stage))
      if lead + index < passes { order.append(slot(.forward, lead + index, stage: stage)) }
    }
    return order
  }

  /// The pass that comes at a place among the forward, or among the backward, passes of a stage.
  private func slot(
    _ direction: PipelinePass.Direction, _ index: Int, stage: Int
  ) -> PassSlot {
    guard virtualStages > 1 else {
      return PassSlot(PipelinePass(direction, microBatch: index, chunk: stage))
    }
    let group = index / (pipeline * virtualStages)
    let place = index % (pipeline * virtualStages)
    let turn = place / pipeline
    let local = direction == .forward ? turn : virtualStages - 1 - turn
    return PassSlot(
      PipelinePass(
        direction, microBatch: group * pipeline + place % pipeline,
        chunk: local * pipeline + stage))
  }
}
