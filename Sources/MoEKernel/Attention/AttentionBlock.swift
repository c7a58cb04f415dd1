public import CostModel
import Units
public import Workload

/// The attention part of a decoder block on real numbers: forward and backward.
///
/// ```
/// y              = norm(x)
/// q, k, v        = y · queryKeyValue, q and k turned by their position
/// attended(head) = softmax(q kᵀ / √width over the keys up to each query) · v of the head's group
/// output         = x + attended · output weights
/// ```
/// Sequences of one length lie one after the other in the rows of `before`. Like `MoELayer` it
/// runs the lowering's operations, allocates nothing during a step, and its results do not depend
/// on the number of workers.
public final class AttentionBlock {
  public let batch: Int
  public let sequenceLength: Int
  public let weights: AttentionWeights
  /// The backward pass adds to these; who starts an optimizer step clears them.
  public let gradients: AttentionWeights
  public let before: ResidualStream
  public let after: ResidualStream

  /// What the lowering says of a pass.
  public let block: Block
  let shape: HeadShape
  let norm: RMSNorm
  let rotation: RotaryTable
  /// Queries, keys and values, tokens × columns; queries and keys are turned in place.
  let queryKeyValue: Tensor
  let queryKeyValueGradient: Tensor
  /// Results of all heads, tokens × (heads · width).
  let attended: Tensor
  let attendedGradient: Tensor
  /// ln Σ e^score of each query, tokens × heads.
  let logSums: Tensor
  /// Each worker's scores of a block of queries, and their gradients: queries × keys.
  let scores: [Tensor]
  let scoreGradients: [Tensor]
  private let runner: PartRunner<AttentionBlock>

  /// - Parameters:
  ///   - streams: What the block reads and writes; streams of its own where they are not given.
  /// - Throws: Why the block cannot run here.
  public init(
    model: ModelArchitecture, batch: Int, sequenceLength: Int, team: WorkerTeam,
    between streams: (ResidualStream, ResidualStream)? = nil, normEpsilon: Float = 1e-6
  ) throws(ModelFault) {
    shape = try Self.checked(model, tokens: batch * sequenceLength)
    self.batch = batch
    self.sequenceLength = sequenceLength
    let tokens = batch * sequenceLength
    weights = AttentionWeights(hidden: model.hidden, shape: shape)
    gradients = AttentionWeights(hidden: model.hidden, shape: shape)
    before = streams?.0 ?? ResidualStream(tokens: tokens, hidden: model.hidden)
    after = streams?.1 ?? ResidualStream(tokens: tokens, hidden: model.hidden)
    norm = RMSNorm(
      before, gain: weights.normGain, gainGradient: gradients.normGain, epsilon: normEpsilon,
      adds: true)
    rotation = RotaryTable(positions: sequenceLength, width: shape.width)
    queryKeyValue = Tensor(rows: tokens, columns: shape.columns)
    queryKeyValueGradient = Tensor(rows: tokens, columns: shape.columns)
    attended = Tensor(rows: tokens, columns: shape.heads * shape.width)
    attendedGradient = Tensor(rows: tokens, columns: shape.heads * shape.width)
    logSums = Tensor(rows: tokens, columns: shape.heads)
    let queries = Blocks.queries(sequenceLength).size
    let scratch = { Tensor(rows: queries, columns: sequenceLength) }
    scores = (0..<team.count).map { _ in scratch() }
    scoreGradients = (0..<team.count).map { _ in scratch() }
    block = Lowering.oneRank(model, batch: batch, sequenceLength: sequenceLength).attentionPart()
    runner = PartRunner(KernelProgram(block, kernel: AttentionKernel.init), team: team)
  }

  /// Computes the value of `after` from that of `before`, and keeps what the backward pass needs.
  public func forward() { runner.forward(self) }

  /// Computes the gradient of `before` from that of `after` and adds to `gradients`. A forward pass
  /// must have run before it.
  public func backward() { runner.backward(self) }

  /// The operations of the last forward pass, in order.
  public var executedForward: [ExecutedOperation] { runner.executed(block).forward }

  /// The operations of the last backward pass, in order.
  public var executedBackward: [ExecutedOperation] { runner.executed(block).backward }

  private static func checked(
    _ model: ModelArchitecture, tokens: Int
  ) throws(ModelFault) -> HeadShape {
    guard case .grouped(let attention) = model.attention, !attention.biases,
      attention.window == nil, model.learnedPositions == 0
    else { throw .attention }
    guard tokens > 0, model.hidden > 0, attention.heads > 0, attention.keyValueHeads > 0,
      attention.headWidth > 0
    else { throw .emptyShape }
    guard attention.headWidth % 2 == 0 else { throw .oddHead(attention.headWidth) }
    guard attention.heads % attention.keyValueHeads == 0 else {
      throw .unevenHeads(heads: attention.heads, keyValueHeads: attention.keyValueHeads)
    }
    return HeadShape(
      heads: attention.heads, keyValueHeads: attention.keyValueHeads, width: attention.headWidth)
  }
}

/// The kernels of an attention block.
enum AttentionKernel {
  case norm, queryKeyValue, rotary, core, output, residual

  init?(_ operation: Operation) {
    switch (operation.name, operation.work) {
    case (.attentionNorm, .memory): self = .norm
    case (.queryKeyValue, .matrix): self = .queryKeyValue
    case (.rotary, .memory): self = .rotary
    case (.attentionCore, .attention): self = .core
    case (.attentionOutput, .matrix): self = .output
    case (.residual, .memory): self = .residual
    default: return nil
    }
  }
}

extension AttentionBlock: ModelPart {
  func execute(_ kernel: AttentionKernel, _ pass: MatrixPass, _ worker: Worker) {
    let isForward = pass == .forward
    switch kernel {
    case .norm: isForward ? norm.forward(worker) : norm.backward(worker)
    case .queryKeyValue:
      worker.shareLinear(
        pass, x: norm.normed, weights: weights.queryKeyValue, y: queryKeyValue,
        gradients: (norm.normedGradient, gradients.queryKeyValue, queryKeyValueGradient))
    case .rotary:
      isForward
        ? rotate(queryKeyValue, direction: 1, worker)
        : rotate(queryKeyValueGradient, direction: -1, worker)
    case .core: isForward ? attend(worker) : attendBackward(worker)
    case .output:
      worker.shareLinear(
        pass, x: attended, weights: weights.output, y: after.value,
        gradients: (attendedGradient, gradients.output, after.gradient))
    case .residual:
      isForward ? after.add(before, worker) : after.passGradient(to: before, worker)
    }
  }
}
