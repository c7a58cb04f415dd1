public import Parallelism
public import Units

/// What one block costs a rank for one micro-batch, and what it holds there.
public struct BlockCost: Sendable {
  /// Time of the forward pass.
  public var forward: StepBreakdown
  /// Time of the backward pass, with what it computes again.
  public var backward: StepBreakdown
  /// The part of the backward pass that makes gradients of weights.
  public var weightGradient: StepBreakdown
  /// Kept from the forward to the backward pass of a micro-batch.
  public var saved: Bytes
  /// Lives only while the backward pass of this block runs: what it computed again.
  public var transient: Bytes
  /// Weights on this rank, in elements, that every data-parallel rank holds.
  public var sharedWeights: Double
  /// Expert weights on this rank, in elements.
  public var expertWeights: Double

  /// Prices a block and adds it up.
  public init(_ block: Block, cost: OperationCost, recompute: Recompute, isLayer: Bool) throws {
    self.init(try PricedBlock(block, cost: cost, isLayer: isLayer), recompute: recompute)
  }

  /// Adds up a priced block.
  ///
  /// - Parameter recompute: What the backward pass repeats. A repeated operation counts as
  ///   recomputation with all its time, communication included.
  init(_ block: PricedBlock, recompute: Recompute) {
    self = Self()
    for priced in block.forward {
      let operation = priced.operation
      forward += priced.time
      if operation.holdsExperts {
        expertWeights += operation.weights
      } else {
        sharedWeights += operation.weights
      }
      let repeated = block.isLayer && recompute.repeats(operation)
      if repeated { backward[.recompute] += priced.time.total }
      keep(operation, repeated: repeated, fully: block.isLayer && recompute == .full)
    }
    backward += block.backward
    weightGradient = block.weightGradient
  }

  /// Adds up a priced block, of which the backward pass repeats all in a share of the layers where the plan
  /// says so.
  static func sum(_ block: PricedBlock, recompute: Recompute) -> Self {
    guard case .share(let share) = recompute else { return Self(block, recompute: recompute) }
    return mean(Self(block, recompute: .none), Self(block, recompute: .full), share: share)
  }

  /// The mean over layers of which a share is of another kind.
  ///
  /// What lives only while a block's backward pass runs is the larger: each kind has its turn.
  private static func mean(_ layer: Self, _ other: Self, share: Double) -> Self {
    func mean(_ a: StepBreakdown, _ b: StepBreakdown) -> StepBreakdown {
      a * (1 - share) + b * share
    }
    var result = layer
    result.forward = mean(layer.forward, other.forward)
    result.backward = mean(layer.backward, other.backward)
    result.weightGradient = mean(layer.weightGradient, other.weightGradient)
    result.saved = layer.saved * (1 - share) + other.saved * share
    result.transient = max(layer.transient, other.transient)
    return result
  }

  init() {
    forward = StepBreakdown()
    backward = StepBreakdown()
    weightGradient = StepBreakdown()
    saved = .zero
    transient = .zero
    sharedWeights = 0
    expertWeights = 0
  }

  private mutating func keep(_ operation: Operation, repeated: Bool, fully: Bool) {
    if fully {
      // Only the last residual sum is kept: it is the next layer's input.
      if operation.name == .residual {
        saved = operation.pinned
        transient += operation.saved
      } else {
        transient += operation.saved + operation.pinned
      }
      return
    }
    saved += operation.pinned
    if repeated { transient += operation.saved } else { saved += operation.saved }
  }
}

extension Recompute {
  /// Whether the backward pass runs a forward operation again; of a share of the layers, in those that
  /// are computed again.
  func repeats(_ operation: Operation) -> Bool {
    switch self {
    case .none: false
    case .full, .share: true
    case .selective(let parts): !operation.parts.isDisjoint(with: parts)
    }
  }
}
