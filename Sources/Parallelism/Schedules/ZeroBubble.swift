extension ParallelPlan {
  /// ZB-H1: 1F1B whose backward passes make gradients of inputs only; the gradients of weights follow
  /// later, where a stage would stand idle.
  ///
  /// Stage `s` runs the weight pass of micro-batch `i` after the input pass of micro-batch `i + s`. So
  /// each stage has `p` micro-batches whose activations it needs, as the first stage of 1F1B has, and
  /// the last stage answers the first micro-batches without a pause.
  ///
  /// Source: Qi et al. 2023, arXiv 2401.10241, section 2.3.
  func zeroBubbleOrder(stage: Int, microBatches: Int) -> [PassSlot] {
    let lead = forwardLead(stage: stage, microBatches: microBatches)
    var order: [PassSlot] = []
    order.reserveCapacity(3 * microBatches)
    func add(_ direction: PipelinePass.Direction, _ microBatch: Int) {
      order.append(PassSlot(PipelinePass(direction, microBatch: microBatch, chunk: stage)))
    }
    for microBatch in 0..<lead { add(.forward, microBatch) }
    for microBatch in 0..<microBatches {
      add(.inputGradient, microBatch)
      if microBatch >= stage { add(.weightGradient, microBatch - stage) }
      if lead + microBatch < microBatches { add(.forward, lead + microBatch) }
    }
    for microBatch in max(0, microBatches - stage)..<microBatches {
      add(.weightGradient, microBatch)
    }
    return order
  }
}
