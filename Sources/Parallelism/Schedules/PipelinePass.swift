/// One pass of one micro-batch through one chunk of the model.
public struct PipelinePass: Hashable, Sendable {
  public enum Direction: UInt8, CaseIterable, Sendable {
    case forward
    /// Gradients of inputs and of weights.
    case backward
    /// The part of a backward pass whose result the chunk before waits for.
    case inputGradient
    /// The part of a backward pass for which nobody waits.
    case weightGradient
  }

  public var direction: Direction
  /// Counted from 0.
  public var microBatch: Int
  /// In the model's order, from 0.
  public var chunk: Int

  public init(_ direction: Direction, microBatch: Int, chunk: Int) {
    self.direction = direction
    self.microBatch = microBatch
    self.chunk = chunk
  }
}

/// What holds the compute stream of a stage at one time: a pass, or a forward and a backward pass that
/// run together, each in the gaps that the other's communication leaves.
public struct PassSlot: Hashable, Sendable {
  public var first: PipelinePass
  public var second: PipelinePass?

  public init(_ first: PipelinePass, with second: PipelinePass? = nil) {
    self.first = first
    self.second = second
  }

  public var passes: [PipelinePass] { [first] + (second.map { [$0] } ?? []) }
}

/// What a pass makes for another: the hidden state behind a chunk, or the gradient before it.
public struct PassResult: Hashable, Sendable {
  public var isGradient: Bool
  public var microBatch: Int
  public var chunk: Int
}

extension PipelinePass {
  /// What the pass makes. Gradients of weights stay where they are.
  public var result: PassResult? {
    switch direction {
    case .forward: PassResult(isGradient: false, microBatch: microBatch, chunk: chunk)
    case .backward, .inputGradient:
      PassResult(isGradient: true, microBatch: microBatch, chunk: chunk)
    case .weightGradient: nil
    }
  }

  /// What the pass needs; nil for the first chunk's forward pass.
  ///
  /// - Parameter chunks: The number of chunks of the model.
  public func input(chunks: Int) -> PassResult? {
    switch direction {
    case .forward:
      chunk == 0 ? nil : PassResult(isGradient: false, microBatch: microBatch, chunk: chunk - 1)
    case .backward, .inputGradient:
      chunk == chunks - 1
        ? PassResult(isGradient: false, microBatch: microBatch, chunk: chunk)
        : PassResult(isGradient: true, microBatch: microBatch, chunk: chunk + 1)
    case .weightGradient:
      PassResult(isGradient: true, microBatch: microBatch, chunk: chunk)
    }
  }
}
