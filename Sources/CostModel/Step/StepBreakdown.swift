public import Units

/// Where the time of a step goes, in parts that add up to it exactly.
public struct StepBreakdown: Hashable, Sendable {
  /// The parts, in the order in which reports list them.
  public enum Part: Int, CaseIterable, Sendable {
    /// Work of the slowest stage's products and attention ÷ peak, as the kernels do it: the backward
    /// pass of attention counts 2.5 forward passes, where the model's work counts 2.
    case idealCompute
    /// Time of matrix products and attention beyond their ideal.
    case kernelInefficiency
    /// Passes that only move memory.
    case memoryBound
    /// Forward work that the backward pass repeats.
    case recompute
    /// Communication that no computation hides.
    case tensorCommunication
    case expertCommunication
    case contextCommunication
    case pipelineCommunication
    case dataCommunication
    /// What the busiest expert rank adds to an even load.
    case expertImbalance
    /// Idle time of the slowest stage while the pipeline fills and drains.
    case bubble
    case optimizer
    /// Time that the host adds.
    case hostOverhead
  }

  /// Seconds by part; lanes beyond the last part stay zero. One vector, so that a plan's estimate
  /// allocates nothing.
  private var seconds: SIMD16<Double>

  public init() { seconds = .zero }

  public subscript(part: Part) -> Seconds {
    get { Seconds(seconds[part.rawValue]) }
    set { seconds[part.rawValue] = newValue.value }
  }

  /// What kernels take that run for the first time.
  var computation: Seconds {
    self[.idealCompute] + self[.kernelInefficiency] + self[.memoryBound]
  }

  /// The sum of the parts, always added in the same order.
  public var total: Seconds {
    var sum = 0.0
    for part in Part.allCases { sum += seconds[part.rawValue] }
    return Seconds(sum)
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.seconds += b.seconds
    return sum
  }

  public static func += (a: inout Self, b: Self) { a.seconds += b.seconds }

  public static func * (a: Self, factor: Double) -> Self {
    var scaled = a
    scaled.seconds *= factor
    return scaled
  }

  /// Takes away time that the work of another pass hides: of gathers and scatters of shared weights first,
  /// then of the expert exchange, then of what else is not the rank's own work.
  public mutating func hide(_ time: Seconds) {
    var left = time
    for part in Self.hiddenFirst {
      let taken = min(left, self[part])
      self[part] -= taken
      left -= taken
    }
  }

  private static let hiddenFirst: [Part] = [
    .dataCommunication, .expertCommunication, .tensorCommunication, .contextCommunication,
    .expertImbalance, .hostOverhead, .recompute,
  ]
}
