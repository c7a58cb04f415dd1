extension ParallelPlan {
  /// DualPipe: half of the micro-batches enters at the first stage, half at the last one. Every stage
  /// holds two chunks of the model, one for each way, and in the middle of the step runs the forward
  /// pass of one way together with the backward pass of the other.
  ///
  /// Source: DeepSeek-AI 2024, arXiv 2412.19437, section 3.2.1, and the eight phases of the authors'
  /// published schedule.
  func dualPipeOrder(stage: Int, microBatches: Int) -> [PassSlot] {
    var builder = DualPipeOrder(stage: stage, pipeline: pipeline, microBatches: microBatches)
    builder.build()
    return builder.order
  }
}

/// Writes down the passes of one stage. The two ways are told as `near`, whose micro-batches start at
/// the end of the pipeline that is nearer to the stage, and `far`.
private struct DualPipeOrder {
  private(set) var order: [PassSlot] = []
  private let stage: Int
  private let pipeline: Int
  private let half: Int
  /// Stages between this one and the nearer end.
  private let depth: Int
  private var forwards = [0, 0]
  private var backwards = [0, 0]
  /// Weight passes that are put off, first put off first run.
  private var putOff: [PipelinePass] = []
  private var run = 0

  private let near = 0
  private let far = 1

  init(stage: Int, pipeline: Int, microBatches: Int) {
    precondition(
      pipeline % 2 == 0 && microBatches % 2 == 0 && microBatches >= 2 * pipeline,
      "DualPipe needs pairs of stages, and two micro-batches for each stage")
    self.stage = stage
    self.pipeline = pipeline
    half = microBatches / 2
    depth = min(stage, pipeline - 1 - stage)
  }

  mutating func build() {
    let inner = pipeline / 2 - 1 - depth
    let isInnermost = inner == 0
    for _ in 0..<2 * inner { add(forward(near)) }
    for _ in 0...depth {
      add(forward(near))
      add(forward(far))
    }
    for _ in 0..<inner {
      addSplitBackward(far)
      runPutOff()
      add(forward(far))
    }
    for round in 0..<half - pipeline + depth + 1 {
      if round == 0 && isInnermost {
        // Run apart, so that the neighbours have their inputs sooner.
        add(forward(near))
        add(backward(far))
      } else {
        add(forward(near), with: backward(far))
      }
      add(forward(far), with: backward(near))
    }
    for _ in 0..<inner {
      add(backward(far))
      add(forward(far), with: backward(near))
    }
    drain()
    for _ in 0..<inner {
      runPutOff()
      addSplitBackward(near)
    }
    while run < putOff.count { runPutOff() }
  }

  /// The last backward passes of both ways. From the middle on their weight passes are put off.
  private mutating func drain() {
    let first = (depth + 1) / 2
    for round in 0...depth {
      let farSplits = round > first || (round == first && depth % 2 == 1)
      if farSplits { addSplitBackward(far) } else { add(backward(far)) }
      if round >= first { addSplitBackward(near) } else { add(backward(near)) }
    }
  }

  private mutating func add(_ pass: PipelinePass, with other: PipelinePass? = nil) {
    order.append(PassSlot(pass, with: other))
  }

  private mutating func forward(_ way: Int) -> PipelinePass {
    defer { forwards[way] += 1 }
    return pass(.forward, way, forwards[way])
  }

  private mutating func backward(
    _ way: Int, _ direction: PipelinePass.Direction = .backward
  ) -> PipelinePass {
    defer { backwards[way] += 1 }
    return pass(direction, way, backwards[way])
  }

  private mutating func addSplitBackward(_ way: Int) {
    var pass = backward(way, .inputGradient)
    add(pass)
    pass.direction = .weightGradient
    putOff.append(pass)
  }

  private mutating func runPutOff() {
    add(putOff[run])
    run += 1
  }

  /// The pass of a way's next micro-batch. The first half of the micro-batches enters at stage 0.
  private func pass(
    _ direction: PipelinePass.Direction, _ way: Int, _ index: Int
  ) -> PipelinePass {
    let entersAtFirst = (way == near) == (stage < pipeline / 2)
    return PipelinePass(
      direction, microBatch: entersAtFirst ? index : half + index,
      chunk: entersAtFirst ? stage : pipeline - 1 - stage)
  }
}
