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
  /// with `cv` the deviation ÷ mean of the experts' shares: from the weights `i^−s` for Zipf,
  /// √((E − 1) / (E c + 1)) for a symmetric Dirichlet distribution, and as it was measured. Loads of this
  /// spread are taken as gamma variables divided by their sum, and the largest has the expectation
  /// ```
  /// E[largest of R gamma variables of shape a] ÷ a,     a = ((R − 1) / spread² − 1) / R
  /// ```
  /// which is exact for a Dirichlet distribution, where a = c E / R. Under a Zipf law somebody has the
  /// most popular expert, and on average as much of the others as anybody: the larger of the two is
  /// within 3 % of the mean of draws for up to 256 experts and exponents up to 1.
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
      return max(
        Self.largest(variation: Self.variation(weights), experts: count, ranks: ranks),
        Self.loadWithFirst(weights, ranks: Double(ranks)))
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
    return min(Double(ranks), expectedLargestGamma(of: ranks, shape: shape) / shape)
  }

  /// The expected load of the rank that holds the first expert.
  private static func loadWithFirst(_ weights: [Double], ranks: Double) -> Double {
    let first = (weights.first ?? 0) / weights.reduce(0, +)
    let count = Double(weights.count)
    guard count > 1 else { return ranks * first }
    return ranks * (first + (count / ranks - 1) * (1 - first) / (count - 1))
  }

  /// A single rank computes its own share whatever the router does, unless room is padded.
  private var paddedLoad: Double {
    if case .capacity(let factor, padded: true) = self { factor } else { 1 }
  }

  /// √(E Σ w² / (Σ w)² − 1): the deviation of weights ÷ their mean.
  private static func variation(_ weights: [Double]) -> Double {
    let sum = weights.reduce(0, +)
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return max(0, Double(weights.count) * squares / (sum * sum) - 1).squareRoot()
  }

  /// What experts get under a Zipf law, the most popular first: i^−s.
  public static func zipfWeights(experts: Int, exponent: Double) -> [Double] {
    (1...experts).map { pow(Double($0), -exponent) }
  }
}
