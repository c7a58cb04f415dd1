import CGSL

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
