public import Units

/// What one training run asks for, whatever hardware does it.
public struct TrainingRecipe: Sendable {
  /// The tokens of the whole run.
  public var tokens: Tokens
  public var sequenceLength: Int
  /// Sequences per optimizer step.
  public var globalBatch: Int
  public var precision: TrainingPrecision
  public var optimizer: Optimizer
  public var routing: RoutingLoad

  public init(
    tokens: Tokens, sequenceLength: Int, globalBatch: Int, precision: TrainingPrecision,
    optimizer: Optimizer = .adam, routing: RoutingLoad = .balanced
  ) {
    self.tokens = tokens
    self.sequenceLength = sequenceLength
    self.globalBatch = globalBatch
    self.precision = precision
    self.optimizer = optimizer
    self.routing = routing
  }

  public var tokensPerStep: Tokens { Tokens(Double(globalBatch) * Double(sequenceLength)) }

  /// The optimizer steps of the whole run.
  public var steps: Double { tokens / tokensPerStep }
}

/// The number format of the layers' matrix products; all else stays in 16 bits.
public enum TrainingPrecision: String, CaseIterable, Sendable {
  case fp32, tf32, fp16, bf16
  /// FP8 matrix products with one scale a tensor.
  case fp8
  /// FP8 matrix products with a scale for each block of 128.
  case fp8Block = "fp8-block"
}

/// The optimizer's state, in bytes a parameter beside the working weight and the gradient.
public enum Optimizer: String, CaseIterable, Sendable {
  /// FP32 master weight and two FP32 moments: 12 bytes.
  case adam
  /// FP32 master weight and two 8-bit moments: 6 bytes.
  case adam8bit = "adam-8bit"

  public var stateBytesPerParameter: Bytes {
    switch self {
    case .adam: Bytes(12)
    case .adam8bit: Bytes(6)
    }
  }

  /// Bytes that a step moves for each weight: the gradient read once for its norm and once for the
  /// update, states read and written, the working weight written.
  ///
  /// - Parameters:
  ///   - gradient: An element of the gradient.
  ///   - weight: An element of the working weights.
  public func traffic(gradient: Bytes, weight: Bytes) -> Bytes {
    2 * gradient + 2 * stateBytesPerParameter + weight
  }
}

/// How evenly the router fills the experts.
public enum RoutingLoad: Hashable, Sendable {
  /// Every expert gets its fair share.
  case balanced
  /// Tokens beyond `capacityFactor` times the fair share are dropped; with `padded`, the room left
  /// is computed all the same.
  case capacity(factor: Double, padded: Bool)
  /// Each expert's load follows a Zipf law with this exponent; 0 is balanced.
  case zipf(exponent: Double)
  /// The shares of the experts are drawn from a symmetric Dirichlet distribution with this
  /// concentration; large is even.
  case dirichlet(concentration: Double)
}
