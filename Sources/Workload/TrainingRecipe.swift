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
  /// FP4 matrix products with a scale for each block of 16, and one a tensor (NVFP4, arXiv 2509.25149).
  case fp4Block = "fp4-block"
}

/// The optimizer's state, in bytes a parameter beside the working weight and the gradient.
public enum Optimizer: String, CaseIterable, Sendable {
  /// FP32 master weight and two FP32 moments: 12 bytes.
  case adam
  /// FP32 master weight and two BF16 moments: 8 bytes.
  case adamBF16 = "adam-bf16"
  /// FP32 master weight and two 8-bit moments: 6 bytes.
  case adam8bit = "adam-8bit"

  public var stateBytesPerParameter: Bytes {
    switch self {
    case .adam: Bytes(12)
    case .adamBF16: Bytes(8)
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
  /// The loads that were recorded while a model trained.
  case measured(MeasuredRouting)
}

/// How unevenly experts were filled in a training that was watched.
public struct MeasuredRouting: Hashable, Sendable {
  /// Standard deviation ÷ mean of the experts' shares.
  public let variation: Double

  /// From the choices of tokens that fell on each expert, one list for each layer and step.
  ///
  /// The variation of what the router prefers is the root of the mean of
  /// ```
  /// cv² − (E − 1) / choices,     cv the deviation ÷ mean of a list's loads
  /// ```
  /// where the second term is what chance alone gives: it would vanish in a larger batch.
  ///
  /// - Parameter loads: At least one list; none without choices.
  public init(loads: [[Double]]) {
    precondition(!loads.isEmpty, "a measured routing needs loads")
    let squares = loads.map { list in
      let count = Double(list.count)
      let choices = list.reduce(0, +)
      let mean = choices / count
      let square = list.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) } / count
      return square - (count - 1) / choices
    }
    variation = max(0, squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }
}
