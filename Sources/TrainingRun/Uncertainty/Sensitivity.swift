/// How much of the variance of a result an input makes.
public struct Sensitivity: Sendable {
  /// The part that the input makes by itself.
  public var firstOrder: Double
  /// The part that would go if the input were sure: by itself and together with others.
  public var total: Double

  /// Sobol's indices of each input, from results at two samples A and B of equal length and at A with
  /// one input of B.
  ///
  /// ```
  /// first order_i = mean(f(B) (f(AB_i) − f(A))) / V       (Saltelli et al. 2010)
  /// total_i       = mean((f(A) − f(AB_i))²) / 2 V         (Jansen 1999)
  /// ```
  /// V is the variance over A and B. Results are taken from their mean first, which changes neither
  /// formula in the limit and lessens the noise of the first. Source: doi:10.1016/j.cpc.2009.09.018.
  ///
  /// - Parameter mixed: For each input, the results at A with that input of B.
  /// - Returns: One for each input; all zero where nothing varies.
  public static func indices(a: [Double], b: [Double], mixed: [[Double]]) -> [Sensitivity] {
    let both = a + b
    let mean = both.reduce(0, +) / Double(max(1, both.count))
    let variance = both.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, both.count))
    guard variance > 0 else {
      return mixed.map { _ in Sensitivity(firstOrder: 0, total: 0) }
    }
    return mixed.map { results in
      var first = 0.0
      var total = 0.0
      for (row, result) in results.enumerated() {
        first += (b[row] - mean) * (result - a[row])
        total += (a[row] - result) * (a[row] - result)
      }
      let count = Double(results.count)
      return Sensitivity(
        firstOrder: first / count / variance, total: total / (2 * count) / variance)
    }
  }
}
