import Glibc
import Numerics
public import Workload

extension RoutingLoad {
  /// The expected load of the busiest of `ranks` expert ranks ÷ the mean load.
  ///
  /// Experts are placed without regard to their load. A rank's load is then the sum of `E / R`
  /// shares drawn without replacement, close to normal, and the largest of `R` such sums has the
  /// expectation (Blom 1958):
  /// ```
  /// 1 + cv · √((R / E) · (E − E/R) / (E − 1)) · Φ⁻¹((R − 0.375) / (R + 0.25))
  /// ```
  /// with `cv` the coefficient of variation of the experts' shares: from the weights `i^−s` for
  /// Zipf, √((E − 1) / (E c + 1)) for a symmetric Dirichlet distribution, and as it was measured.
  /// With a capacity factor the busiest rank computes at most that factor of its share.
  public func busiestRankLoad(experts: Int, ranks: Int) -> Double {
    guard ranks > 1 else { return paddedLoad }
    let count = Double(experts)
    let variation: Double
    switch self {
    case .balanced: return 1
    case .capacity(let factor, _): return factor
    case .zipf(let exponent): variation = Self.zipfVariation(experts: experts, exponent: exponent)
    case .dirichlet(let concentration):
      variation = ((count - 1) / (count * concentration + 1)).squareRoot()
    case .measured(let routing): variation = routing.variation
    }
    let perRank = count / Double(ranks)
    guard experts > 1 else { return 1 }
    let spread = variation * ((count - perRank) / (perRank * (count - 1))).squareRoot()
    let extreme = NormalDistribution.quantile((Double(ranks) - 0.375) / (Double(ranks) + 0.25))
    return min(Double(ranks), 1 + spread * extreme)
  }

  /// A single rank computes its own share whatever the router does, unless room is padded.
  private var paddedLoad: Double {
    if case .capacity(let factor, padded: true) = self { factor } else { 1 }
  }

  /// √(E Σ w² / (Σ w)² − 1) for the weights w = i^−s.
  private static func zipfVariation(experts: Int, exponent: Double) -> Double {
    var sum = 0.0
    var squares = 0.0
    for weight in zipfWeights(experts: experts, exponent: exponent) {
      sum += weight
      squares += weight * weight
    }
    return max(0, Double(experts) * squares / (sum * sum) - 1).squareRoot()
  }

  /// What experts get under a Zipf law, the most popular first: i^−s.
  public static func zipfWeights(experts: Int, exponent: Double) -> [Double] {
    (1...experts).map { pow(Double($0), -exponent) }
  }
}
