public import Hardware
public import Parallelism
public import Units

/// One piece of work that a model under a plan puts on a rank: what it is, not how long it takes.
///
/// The list of operations is the only description of a layer. Estimators add up their times, the
/// memory model keeps what they save and the weights they hold, the FLOP counter counts them.
public struct Operation: Sendable {
  public var name: Name
  public var work: Work
  public var pass: MatrixPass
  public var precision: Precision
  /// The parts of a layer that the operation belongs to: selective recomputation of any of them
  /// repeats it.
  public var parts: RecomputeParts
  /// What the backward pass needs of its operands or result, unless one of `parts` is recomputed.
  /// Only forward operations save.
  public var saved: Bytes
  /// What it keeps even then: what a recomputation starts from.
  public var pinned: Bytes
  /// The weights on this rank that the operation reads, in elements. Only forward operations hold.
  public var weights: Double
  /// Whether those weights belong to experts, and so to another data-parallel group.
  public var holdsExperts: Bool

  public init(
    _ name: Name, _ work: Work, pass: MatrixPass = .forward, precision: Precision = .bf16,
    parts: RecomputeParts = [], saved: Bytes = .zero, pinned: Bytes = .zero,
    weights: Double = 0, holdsExperts: Bool = false
  ) {
    self.name = name
    self.work = work
    self.pass = pass
    self.precision = precision
    self.parts = parts
    self.saved = saved
    self.pinned = pinned
    self.weights = weights
    self.holdsExperts = holdsExperts
  }

  public enum Work: Sendable {
    /// A product of a linear layer, in the shape of its forward pass, (m × k) · (k × n), whatever
    /// the pass.
    case matrix(m: Double, n: Double, k: Double)
    /// A product for each local expert, with its own rows.
    case groupedMatrix(ExpertRows, n: Double, k: Double)
    case attention(AttentionShape)
    /// A pass that moves bytes and computes next to nothing.
    case memory(Bytes)
    /// A collective on a buffer of `payload` bytes: the whole buffer, as in NCCL's size column.
    case collective(CollectiveKind, Axis, payload: Bytes)
    /// Tokens sent to their experts, or back.
    case exchange(ExpertExchange)
  }

  /// The axis whose group a collective spans.
  public enum Axis: String, Sendable {
    case tensor, context, expertTensor
  }

  public enum Name: String, CaseIterable, Sendable {
    case embedding, attentionNorm, queryKeyValue, queryDown, queryUp, keyValueDown, keyValueUp
    case latentNorm, rotary, keyValueExchange, attentionCore, scoreMatrix, attentionOutput
    case residual, feedForwardNorm, router, permute, dispatch, expertGather, gateUp, clamp,
      activation
    case down, expertBias, expertScatter, combine, unpermute, sharedGateUp, sharedActivation,
      sharedDown
    case sequenceGather, sequenceScatter, multiTokenProjection, finalNorm, output, loss, cast
  }
}

/// Tokens that a rank exchanges with the ranks that hold its experts.
public struct ExpertExchange: Hashable, Sendable {
  /// Tokens on this rank before the exchange.
  public var tokens: Double
  public var hidden: Int
  public var topK: Int
  public var bytesPerElement: Double
  /// Domains that one token may visit; nil where routing does not limit them.
  public var groupLimit: Int?
  /// Whether the exchange brings results back (combine) or sends tokens out (dispatch).
  public var combines: Bool
  /// Tokens of the busiest rank ÷ the mean: it receives so many more than it sends.
  public var load: Double

  public init(
    tokens: Double, hidden: Int, topK: Int, bytesPerElement: Double, groupLimit: Int?,
    combines: Bool, load: Double = 1
  ) {
    self.tokens = tokens
    self.hidden = hidden
    self.topK = topK
    self.bytesPerElement = bytesPerElement
    self.groupLimit = groupLimit
    self.combines = combines
    self.load = load
  }

  /// The same tokens in the other direction, at a width of its own.
  func reversed(bytesPerElement: Double) -> Self {
    var other = self
    other.combines.toggle()
    other.bytesPerElement = bytesPerElement
    return other
  }
}

extension Operation {
  /// The floating-point operations that run in the operation's pass.
  ///
  /// A product takes as many in each of its passes; attention takes more in its backward pass.
  public var executedWork: FLOPs {
    if case .attention(let shape) = work, pass != .forward {
      return shape.work * AttentionShape.backwardWork
    }
    return work.flops
  }
}

extension Operation.Work {
  /// The floating-point operations of the forward pass: 2 m n k for a product, none where only memory is moved.
  public var flops: FLOPs {
    switch self {
    case .matrix(let m, let n, let k): FLOPs(2 * m * n * k)
    case .groupedMatrix(let rows, let n, let k): FLOPs(2 * rows.total * n * k)
    case .attention(let shape): shape.work
    case .memory, .collective, .exchange: .zero
    }
  }
}
