import CGSL
import Glibc

/// The probability of at most so many successes in independent trials.
public func binomialProbability(upTo successes: Int, trials: Int, probability: Double) -> Double {
  useGSL()
  precondition(successes >= 0 && trials >= 1, "trials are made")
  return gsl_cdf_binomial_P(UInt32(successes), probability, UInt32(trials))
}

/// The probability that a gamma variable of scale 1 stays below a value.
public func gammaProbability(below value: Double, shape: Double) -> Double {
  useGSL()
  return gsl_cdf_gamma_P(value, shape, 1)
}

/// The value that a beta variable stays below with a probability.
public func betaQuantile(_ probability: Double, rise: Double, fall: Double) -> Double {
  useGSL()
  return gsl_cdf_beta_Pinv(probability, rise, fall)
}

/// The expected largest of a number of independent gamma variables of scale 1.
///
/// ```
/// ∫ 1 − P(x)ⁿ dx,  x from 0,  P(x) the probability to stay below x
/// ```
/// by the Gauss–Kronrod–Patterson rule, to a thousandth or better.
public func expectedLargestGamma(of count: Int, shape: Double) -> Double {
  precondition(count >= 1 && shape > 0, "the largest of some variables")
  useGSL()
  // Below, P(x)ⁿ is next to nothing, and above next to 1.
  let deviation = shape.squareRoot()
  let low = max(0, shape - 4 * deviation)
  let high = shape + 8 * deviation + 20
  let function = ScalarFunction { value in
    let below = gsl_cdf_gamma_P(value, shape, 1)
    return below > 0 ? -expm1(Double(count) * log(below)) : 1
  }
  return function.withGSL { function in
    var (result, error, evaluations) = (0.0, 0.0, 0)
    // A tolerance that was missed by a little is no reason to answer nothing.
    _ = gsl_integration_qng(function, low, high, 0, 1e-3, &result, &error, &evaluations)
    return low + result
  }
}
