public import Hardware
import Units

/// One rank's share of an expert layer, as a fused kernel computes it.
public struct FusedExpertsShape: Hashable, Sendable {
  /// Tokens that enter the layer.
  public var tokens: Double
  public var hidden: Double
  /// The inner width of this rank's slice of an expert.
  public var sliceWidth: Double
  /// Experts in all, and those of this rank.
  public var experts: Double
  public var localExperts: Double
  public var rows: ExpertRows

  public init(
    tokens: Double, hidden: Double, sliceWidth: Double, experts: Double, localExperts: Double,
    rows: ExpertRows
  ) {
    self.tokens = tokens
    self.hidden = hidden
    self.sliceWidth = sliceWidth
    self.experts = experts
    self.localExperts = localExperts
    self.rows = rows
  }

  func variable(_ variable: CorrectionGrid.Variable) -> Double {
    switch variable {
    case .tokens: tokens
    case .hidden: hidden
    case .sliceWidth: sliceWidth
    case .experts: experts
    case .localExperts: localExperts
    case .rows: rows.total
    case .rowsPerExpert: rows.total / max(1, rows.active)
    default: preconditionFailure("a fused expert layer has no \(variable.rawValue)")
    }
  }
}

extension KernelModel {
  /// Returns the time of a fused expert layer's forward pass, by the formula of `FusedExpertsCurve`.
  public func fusedExperts(_ shape: FusedExpertsShape, _ curve: FusedExpertsCurve) -> KernelTime {
    let precision = curve.format.precision
    let columns = (curve.gated ? 2.0 : 1.0) * shape.sliceWidth
    let first = groupedTime(
      shape.rows, n: columns, k: shape.hidden, pass: .forward, precision, curve.product)
    let second = groupedTime(
      shape.rows, n: shape.hidden, k: shape.sliceWidth, pass: .forward, precision, curve.product)
    let values =
      curve.tokenPasses * shape.tokens * shape.hidden
      + curve.rowPasses * shape.rows.total * shape.hidden
      + curve.innerPasses * shape.rows.total * shape.sliceWidth
    let passes = Bytes(2 * values) / device.memoryBandwidth.value
    let correction = curve.corrections.reduce(1) { $0 * $1.factor(at: shape.variable) }
    let work = 2 * shape.rows.total * shape.hidden * (columns + shape.sliceWidth)
    let ideal = FLOPs(work) / peak(precision)
    let time = (curve.product.launch + first + second + passes) * correction
    return KernelTime(time: max(time, ideal), ideal: ideal)
  }
}
