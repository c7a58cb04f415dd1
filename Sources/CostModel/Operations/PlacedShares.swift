import Numerics

/// Experts whose shares of the load are known, placed on ranks without regard to them.
///
/// Somebody has the most popular expert; with it come `E/R − 1` others. What these add is drawn without
/// replacement from the rest, so its mean, variance and third moment are those of such a sum, and so are those
/// of the ranks without the first expert:
/// ```
/// mean k μ,   variance k σ² (n − k) / (n − 1),   third k τ (n − k)(n − 2k) / ((n − 1)(n − 2))
/// ```
/// for `k` draws from `n` shares of mean μ, variance σ² and third moment τ. Both are taken as gamma variables
/// moved to have these (Pearson's type III). For each of several equally probable loads `x` of the first
/// expert's rank the others share `R − x`; they vary by what is left of their variance, and the busiest of all
/// is the larger of `x` and their largest. Exact where every rank has one expert; within 4 % of `load − 1`
/// of the mean of draws for 2 to 256 ranks, 8 to 256 experts and exponents up to 4, mostly within 1 %.
struct PlacedShares {
  /// The largest first.
  private let shares: [Double]
  private let ranks: Double

  /// How many loads of the first expert's rank stand for all.
  private static let cases = 32

  /// - Parameter weights: Of all experts, the largest first, in any unit.
  init(_ weights: [Double], ranks: Int) {
    let sum = weights.reduce(0, +)
    self.ranks = Double(ranks)
    shares = weights.map { $0 / sum * Double(ranks) }
  }

  /// The expected load of the busiest rank ÷ the mean.
  func busiestLoad() -> Double {
    guard let first = shares.first else { return 1 }
    let local = Double(shares.count) / ranks
    let rest = Moments(of: shares.dropFirst())
    let beside = rest.sum(of: local - 1)
    let firstRank = ShiftedGamma(
      mean: first + beside.mean, variance: beside.variance, third: beside.third)
    let other = rest.sum(of: local)
    // What the load of the first rank leaves open of another's, and that loads add up.
    let open = max(0, other.variance - beside.variance / ((ranks - 1) * (ranks - 1)))
    let bound = ranks > 2 ? (ranks - 1) / (ranks - 2) : 0
    // No rank has more than the most popular of the rest together.
    let most = shares.dropFirst().prefix(Int(local)).reduce(0, +)
    let loads = (0..<Self.cases).map { index in
      let load = firstRank.quantile((Double(index) + 0.5) / Double(Self.cases))
      let others = ShiftedGamma(
        mean: (ranks - load) / (ranks - 1), variance: open * bound,
        third: other.third * bound * bound.squareRoot())
      return others.expectedLargest(of: Int(ranks) - 1, orAtLeast: load, atMost: most)
    }
    return min(ranks, loads.reduce(0, +) / Double(Self.cases))
  }
}

/// The moments of shares, or of sums of them.
private struct Moments {
  var count = 0.0
  var mean = 0.0
  /// About the mean.
  var variance = 0.0
  var third = 0.0

  init(of shares: ArraySlice<Double>) {
    count = Double(shares.count)
    guard count > 0 else { return }
    mean = shares.reduce(0, +) / count
    for share in shares {
      let square = (share - mean) * (share - mean)
      variance += square / count
      third += square * (share - mean) / count
    }
  }

  /// Of the sum of some, drawn without replacement.
  func sum(of draws: Double) -> Self {
    var sum = Self(of: [])
    sum.mean = draws * mean
    let left = draws * (count - draws)
    sum.variance = count > 1 ? variance * left / (count - 1) : 0
    sum.third = count > 2 ? third * left * (count - 2 * draws) / ((count - 1) * (count - 2)) : 0
    return sum
  }
}
