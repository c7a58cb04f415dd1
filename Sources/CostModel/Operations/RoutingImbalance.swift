import Glibc
import Numerics
public import Workload

extension RoutingLoad {
  /// The expected load of the busiest of `ranks` expert ranks ÷ the mean load.
  ///
  /// Experts are placed without regard to their load. A rank's load is then the sum of `E / R` shares
  /// drawn without replacement, of which the variance follows:
  /// ```
  /// spread² = cv² · (R / E) · (E − E/R) / (E − 1)
  /// ```
  /// with `cv` the deviation ÷ mean of the experts' shares: √((E − 1) / (E c + 1)) for a symmetric Dirichlet
  /// distribution, and as it was measured. Loads of this spread are taken as gamma variables divided by their
  /// sum, and the largest has the expectation
  /// ```
  /// E[largest of R gamma variables of shape a] ÷ a,     a = ((R − 1) / spread² − 1) / R
  /// ```
  /// which is exact for a Dirichlet distribution, where a = c E / R. Under a Zipf law shares are known, `i^−s`,
  /// and only their places drawn: see `PlacedShares`.
  ///
  /// With a capacity factor the busiest rank computes at most that factor of its share.
  public func busiestRankLoad(experts: Int, ranks: Int) -> Double {
    guard ranks > 1 else { return paddedLoad }
    let count = Double(experts)
    switch self {
    case .balanced: return 1
    case .capacity(let factor, _): return factor
    case .zipf(let exponent):
      let weights = Self.zipfWeights(experts: experts, exponent: exponent)
      return PlacedShares(weights, ranks: ranks).busiestLoad()
    case .dirichlet(let concentration):
      let variation = ((count - 1) / (count * concentration + 1)).squareRoot()
      return Self.largest(variation: variation, experts: count, ranks: ranks)
    case .measured(let routing):
      return Self.largest(variation: routing.variation, experts: count, ranks: ranks)
    }
  }

  /// The expected largest load of ranks whose experts' shares have a variation.
  private static func largest(variation: Double, experts: Double, ranks: Int) -> Double {
    let others = Double(ranks - 1)
    let square = variation * variation * others / max(1, experts - 1)
    // Loads this even cannot be told apart, and no more uneven ones exist than all on one rank.
    guard square > 1e-9 else { return 1 }
    let shape = (others / square - 1) / Double(ranks)
    guard shape > 1e-3 else { return Double(ranks) }
    let load = ShiftedGamma(mean: 1, variance: 1 / shape, third: 2 / (shape * shape))
    return min(Double(ranks), load.expectedLargest(of: ranks, orAtLeast: 0))
  }

  /// A single rank computes its own share whatever the router does, unless room is padded.
  private var paddedLoad: Double {
    if case .capacity(let factor, padded: true) = self { factor } else { 1 }
  }

  /// What experts get under a Zipf law, the most popular first: i^−s.
  public static func zipfWeights(experts: Int, exponent: Double) -> [Double] {
    (1...experts).map { pow(Double($0), -exponent) }
  }
}
