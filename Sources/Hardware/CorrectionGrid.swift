import Foundation

/// What a curve misses: a smooth factor over the logarithms of a shape.
///
/// A formula with few parameters cannot follow every choice that a kernel library makes: tile
/// shapes, protocol switches, code paths for a head width. The grid holds measured ÷ formula at a
/// few knots, drawn towards 1 where there are few measurements. Between knots the logarithm of the
/// factor runs linearly in the logarithm of each variable; beyond them it stays level.
public struct CorrectionGrid: Hashable, Sendable {
  /// A number that describes the shape of a kernel's work.
  public enum Variable: String, CaseIterable, Sendable {
    /// Rows, columns and inner dimension of a matrix product.
    case rows, columns, inner
    /// Queries of a sequence; sequences · heads; width of a head.
    case sequence, heads, width
    /// Bytes of a collective's buffer; ranks that take part.
    case payload, ranks
    /// Tokens of a rank; hidden size; experts each token visits; domains of the exchange; compute
    /// units that copy.
    case tokens, hidden, domains
    case topK = "top_k"
    case computeUnits = "compute_units"
    /// Experts on a rank; rows of each; the inner width of an expert's slice; experts in all.
    case localExperts = "local_experts"
    case rowsPerExpert = "rows_per_expert"
    case sliceWidth = "slice_width"
    case experts
  }

  public struct Axis: Hashable, Sendable {
    public var variable: Variable
    /// At least two, rising, above 0.
    public var knots: [Double]

    public init(_ variable: Variable, _ knots: [Double]) {
      self.variable = variable
      self.knots = knots
    }
  }

  public let axes: [Axis]
  /// Measured ÷ formula at each combination of knots, the last axis running fastest.
  public let factors: [Double]
  private let logarithms: [Double]

  public init(axes: [Axis], factors: [Double]) {
    precondition(
      factors.count == Self.size(axes), "a grid has one factor for each combination of its knots")
    self.axes = axes
    self.factors = factors
    logarithms = factors.map { log($0) }
  }

  /// The number of knots of each axis multiplied.
  public static func size(_ axes: [Axis]) -> Int { axes.reduce(1) { $0 * $1.knots.count } }

  /// The factors that surround a shape, each with its share; the shares sum to 1.
  public static func corners(
    _ axes: [Axis], at shape: (Variable) -> Double
  ) -> [(index: Int, share: Double)] {
    var corners = [(index: 0, share: 1.0)]
    for axis in axes {
      let (low, fraction) = axis.place(shape(axis.variable))
      corners = corners.flatMap { corner in
        let index = corner.index * axis.knots.count + low
        return fraction == 0
          ? [(index, corner.share)]
          : [(index, corner.share * (1 - fraction)), (index + 1, corner.share * fraction)]
      }
    }
    return corners
  }

  /// The factor by which the formula's time is to be multiplied at a shape.
  public func factor(at shape: (Variable) -> Double) -> Double {
    exp(Self.corners(axes, at: shape).reduce(0) { $0 + $1.share * logarithms[$1.index] })
  }
}

extension CorrectionGrid.Axis {
  /// The knot at or below a value, and how far the value is towards the next, from 0 up to 1.
  fileprivate func place(_ value: Double) -> (low: Int, fraction: Double) {
    guard let first = knots.first, let last = knots.last, value > first else { return (0, 0) }
    guard value < last, let above = knots.firstIndex(where: { $0 > value }) else {
      return (knots.count - 1, 0)
    }
    let (low, high) = (knots[above - 1], knots[above])
    return (above - 1, log(value / low) / log(high / low))
  }
}
