import CGSL

/// The standard normal distribution.
public enum NormalDistribution {
  /// The value that a standard normal variable stays below with this probability.
  ///
  /// - Parameter probability: Between 0 and 1, both excluded.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile needs a probability inside 0...1")
    return gsl_cdf_ugaussian_Pinv(probability)
  }

  /// The probability that a standard normal variable stays below a value.
  public static func probability(below value: Double) -> Double { gsl_cdf_ugaussian_P(value) }
}
