import CostModel
import Hardware
import Units

/// One measured kernel: what ran, on what, and how long it took.
struct KernelMeasurement: Sendable {
  var device: String
  var time: Seconds
  var work: Work
  /// The file and line of the row, for messages.
  var place: String
  /// Stands for the row in a fair draw: everything that it says but the time.
  var key: UInt64

  enum Work: Sendable {
    case matrix(MatrixFormat, m: Double, n: Double, k: Double)
    case attention(AttentionShape)
    case collective(CollectiveKind, ranks: Int, payload: Bytes)
    case exchange(Exchange)
    case fusedExperts(FusedExperts)
    case training(Training)
  }

  /// A dispatch or combine among the ranks of a number of hosts.
  struct Exchange: Hashable, Sendable {
    var phase: ExchangeShape.Phase
    var domains: Int
    var tokens: Double
    var hidden: Double
    var topK: Double
    var computeUnits: Double
  }

  /// A fused expert layer on one rank of an expert-parallel group.
  struct FusedExperts: Hashable, Sendable {
    var format: MatrixFormat
    var kernel: String
    var tokens: Double
    var hidden: Double
    var width: Double
    var topK: Double
    var experts: Int
    var expertTensor: Int
    var expertParallel: Int
    var routing: TableRouting
  }

  /// A kernel inside a training framework.
  enum Training: Sendable {
    case matrix(Product)
    case grouped(Grouped)
    case attention(AttentionShape, backward: Bool, precision: Precision)
    /// A pass over memory by its name in a profile's `memory.passes`.
    case memory(String, Bytes)
  }

  /// A product of a linear layer: `m`, `n` and `k` are those of the forward product.
  struct Product: Hashable, Sendable {
    var pass: MatrixPass
    var precision: TablePrecision
    var m: Double
    var n: Double
    var k: Double
    var gradientElement = Bytes(4)
  }

  /// A grouped product: `m` rows in each of `groups` experts, `n` and `k` of the forward product.
  struct Grouped: Hashable, Sendable {
    var pass: MatrixPass
    var precision: TablePrecision
    var groups: Double
    var m: Double
    var n: Double
    var k: Double
    var gradientElement = Bytes(4)
  }

  /// Whether the row belongs to the fifth that a fit is judged on.
  var isHeldBack: Bool { key % 5 == 0 }
}

/// The number format of a table's row.
struct TablePrecision: Hashable, Sendable {
  var precision: Precision
  /// In FP8, one scale for each block of 128.
  var blockScaled = false

  static let bf16 = Self(precision: .bf16)

  var format: MatrixFormat { MatrixFormat(precision, blockScaled: blockScaled) }

  init(precision: Precision, blockScaled: Bool = false) {
    self.precision = precision
    self.blockScaled = blockScaled
  }

  /// Reads `bf16`, `fp32`, `fp8_block`; a row that says nothing is in 16 bits.
  init?(_ text: String) {
    switch text {
    case "", "bf16", "bfloat16": self = .bf16
    case "fp8_block": self.init(precision: .fp8, blockScaled: true)
    case "float16": self.init(precision: .fp16)
    case "float32": self.init(precision: .fp32)
    default:
      guard let precision = Precision(rawValue: text) else { return nil }
      self.init(precision: precision)
    }
  }
}

/// How the tables of fused expert layers spread tokens over experts.
enum TableRouting: Hashable, Sendable {
  case balanced
  /// Expert loads drawn from a density x^−exponent; the rank timed is the most loaded one.
  case powerLaw(exponent: Double)

  /// Reads `balanced` or `power_law_1.2`.
  init?(_ text: String) {
    let prefix = "power_law_"
    if text == "balanced" {
      self = .balanced
    } else if text.hasPrefix(prefix), let exponent = Double(text.dropFirst(prefix.count)),
      exponent.isFinite, exponent >= 0, exponent < 100
    {
      self = .powerLaw(exponent: exponent)
    } else {
      return nil
    }
  }
}
