import CGSL
import Glibc

/// A gamma variable moved along its axis: the distribution that has a mean, a variance and a skewness that is
/// not negative (Pearson's type III). Without skewness it is the normal distribution.
public struct ShiftedGamma: Sendable {
  private let mean: Double
  private let deviation: Double
  /// Of the gamma distribution; infinite for the normal one.
  private let shape: Double

  /// - Parameter third: The third moment about the mean; below 0 is taken for 0.
  public init(mean: Double, variance: Double, third: Double) {
    self.mean = mean
    deviation = max(0, variance).squareRoot()
    let skewness = deviation > 0 ? third / (deviation * deviation * deviation) : 0
    // The two are alike long before.
    shape = skewness > 0.01 ? 4 / (skewness * skewness) : .infinity
  }

  /// The probability that the variable stays below a value.
  public func probability(below value: Double) -> Double {
    guard deviation > 0 else { return value < mean ? 0 : 1 }
    let score = (value - mean) / deviation
    guard shape.isFinite else { return gsl_cdf_ugaussian_P(score) }
    let scaled = shape + score * shape.squareRoot()
    return scaled > 0 ? gsl_cdf_gamma_P(scaled, shape, 1) : 0
  }

  /// The value that the variable stays below with a probability between 0 and 1, both excluded.
  public func quantile(_ probability: Double) -> Double {
    guard deviation > 0 else { return mean }
    guard shape.isFinite else { return mean + deviation * gsl_cdf_ugaussian_Pinv(probability) }
    let scaled = gsl_cdf_gamma_Pinv(probability, shape, 1)
    return mean + deviation * (scaled - shape) / shape.squareRoot()
  }

  /// The expected largest of a number of independent variables and a value that is known.
  ///
  /// ```
  /// value + ∫ 1 − P(x)ⁿ dx,  x from the value,  P(x) the probability to stay below x
  /// ```
  /// by the Gauss–Kronrod–Patterson rule, to a thousandth of the integral or better.
  ///
  /// - Parameter most: What no variable exceeds.
  public func expectedLargest(
    of count: Int, orAtLeast value: Double, atMost most: Double = .infinity
  ) -> Double {
    precondition(count >= 1, "the largest of some variables")
    useGSL()
    guard deviation > 0 else { return max(value, mean) }
    // Below, P(x)ⁿ is next to nothing, and above next to 1.
    let low = max(value, mean - 4 * deviation)
    let far = mean + (8 + (shape.isFinite ? 20 / shape.squareRoot() : 0)) * deviation
    let high = min(far, most)
    guard low < high else { return value }
    let function = ScalarFunction { point in
      let below = probability(below: point)
      return below > 0 ? -expm1(Double(count) * log(below)) : 1
    }
    return function.withGSL { function in
      var (result, error, evaluations) = (0.0, 0.0, 0)
      // A tolerance that was missed by a little is no reason to answer nothing.
      _ = gsl_integration_qng(function, low, high, 1e-9, 1e-3, &result, &error, &evaluations)
      return low + result
    }
  }
}
