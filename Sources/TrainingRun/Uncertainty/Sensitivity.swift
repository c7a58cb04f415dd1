public import Numerics

/// How much of the variance of a result an input makes.
public struct Sensitivity: Sendable {
  /// The part that the input makes by itself.
  public var firstOrder: Double
  /// The part that would go if the input were sure: by itself and together with others.
  public var total: Double
  /// Standard errors of the two, for the draws that they rest on.
  public var firstOrderError = 0.0
  public var totalError = 0.0

  /// Sobol's indices of each input, from results at two samples A and B of equal length and at A with
  /// one input of B, and their standard errors by bootstrap: the spread of the indices of samples
  /// that are drawn from the rows with replacement.
  ///
  /// ```
  /// first order_i = mean(f(B) (f(AB_i) − f(A))) / V       (Saltelli et al. 2010)
  /// total_i       = mean((f(A) − f(AB_i))²) / 2 V         (Jansen 1999)
  /// ```
  /// V is the variance over A and B. Results are taken from their mean first, which changes neither
  /// formula in the limit and lessens the noise of the first. Source: doi:10.1016/j.cpc.2009.09.018;
  /// the bootstrap as Archer, Saltelli and Sobol 1997, doi:10.1080/00949659708811825. The points of a
  /// Sobol sequence are more even than drawn rows, so the errors are rather too large.
  ///
  /// - Parameters:
  ///   - mixed: For each input, the results at A with that input of B.
  ///   - random: Draws the rows.
  /// - Returns: One for each input; all zero where nothing varies.
  public static func indices(
    a: [Double], b: [Double], mixed: [[Double]], random: RandomGenerator
  ) -> [Sensitivity] {
    let sample = Sample(a: a, b: b, mixed: mixed)
    var indices = sample.indices(of: Array(a.indices))
    var random = random
    let resamples = (0..<bootstrapSamples).map { _ in
      sample.indices(of: a.indices.map { _ in a.indices.randomElement(using: &random) ?? 0 })
    }
    for input in indices.indices {
      indices[input].firstOrderError =
        standardDeviation(resamples.map { $0[input].firstOrder }) ?? 0
      indices[input].totalError = standardDeviation(resamples.map { $0[input].total }) ?? 0
    }
    return indices
  }

  private static let bootstrapSamples = 200
}

/// The results that indices are computed from.
private struct Sample {
  let a: [Double]
  let b: [Double]
  let mixed: [[Double]]

  /// The indices that some of the rows give, each as often as it stands there.
  func indices(of rows: [Int]) -> [Sensitivity] {
    let count = Double(rows.count)
    let mean = rows.reduce(0) { $0 + a[$1] + b[$1] } / (2 * count)
    let squares = rows.reduce(0) { sum, row in
      sum + (a[row] - mean) * (a[row] - mean) + (b[row] - mean) * (b[row] - mean)
    }
    let variance = squares / (2 * count)
    guard variance > 0 else { return mixed.map { _ in Sensitivity(firstOrder: 0, total: 0) } }
    return mixed.map { results in
      var first = 0.0
      var total = 0.0
      for row in rows {
        first += (b[row] - mean) * (results[row] - a[row])
        total += (a[row] - results[row]) * (a[row] - results[row])
      }
      return Sensitivity(
        firstOrder: first / count / variance, total: total / (2 * count) / variance)
    }
  }
}
