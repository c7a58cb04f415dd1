import Foundation
import Numerics

/// What an input may be, beside the value that is written for it.
public enum Distribution: Hashable, Sendable {
  /// Between two bounds, all values alike.
  case uniform(from: Double, to: Double)
  /// Between two bounds, the value most probable and falling off linearly.
  case triangular(from: Double, mode: Double, to: Double)
  /// Between two bounds, the value most probable and falling off smoothly: the beta distribution with
  /// the weight 4 of the mode that PERT planning uses (Malcolm et al. 1959, doi:10.1287/opre.7.5.646).
  case beta(from: Double, mode: Double, to: Double)
  /// Normal on either side of the median, with a standard deviation for each.
  case normal(median: Double, below: Double, above: Double)
  /// The logarithm is so.
  case logNormal(median: Double, below: Double, above: Double)
  /// One of some values that were seen, with straight lines between them.
  case empirical([Double])

  /// The value that a draw stays below with a probability, which must be inside 0 ... 1.
  ///
  /// A distribution of no width gives its one value, to the last bit.
  public func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile needs a probability inside 0...1")
    switch self {
    case .uniform(let low, let high): return low == high ? low : low + p * (high - low)
    case .triangular(let low, let mode, let high): return triangle(p, low, mode, high)
    case .beta(let low, let mode, let high):
      guard low < high else { return mode }
      let rise = 1 + 4 * (mode - low) / (high - low)
      let fall = 1 + 4 * (high - mode) / (high - low)
      return low + (high - low) * betaQuantile(p, rise: rise, fall: fall)
    case .normal(let median, let below, let above):
      return median + deviation(p, below, above)
    case .logNormal(let median, let below, let above):
      return median * exp(deviation(p, below, above))
    case .empirical(let values): return Numerics.quantile(values, p) ?? .nan
    }
  }

  private func deviation(_ p: Double, _ below: Double, _ above: Double) -> Double {
    let normal = NormalDistribution.quantile(p)
    return (normal < 0 ? below : above) * normal
  }

  /// The same of a draw that is known to lie in a range.
  ///
  /// Laws without bounds are cut off at its ends and keep their shape inside; the others lie in it already.
  public func quantile(_ p: Double, within range: ClosedRange<Double>) -> Double {
    switch self {
    case .uniform, .triangular, .beta, .empirical: return quantile(p)
    case .normal, .logNormal:
      let low = probability(below: range.lowerBound)
      let high = probability(below: range.upperBound)
      // Of no width it may stand at an end.
      guard low < high else { return quantile(p) }
      return min(max(quantile(low + p * (high - low)), range.lowerBound), range.upperBound)
    }
  }

  /// The probability of a smaller value, of the laws without bounds.
  private func probability(below value: Double) -> Double {
    switch self {
    case .normal(let median, let below, let above):
      return probability(ofDeviation: value - median, below, above)
    case .logNormal(let median, let below, let above):
      return value > 0 ? probability(ofDeviation: log(value / median), below, above) : 0
    case .uniform, .triangular, .beta, .empirical: return 0
    }
  }

  private func probability(ofDeviation deviation: Double, _ below: Double, _ above: Double)
    -> Double
  {
    let width = deviation < 0 ? below : above
    guard width > 0 else { return deviation < 0 ? 0 : 1 }
    return NormalDistribution.probability(below: deviation / width)
  }

  private func triangle(_ p: Double, _ low: Double, _ mode: Double, _ high: Double) -> Double {
    guard low < high else { return mode }
    let rising = (mode - low) / (high - low)
    return p < rising
      ? low + (p * (high - low) * (mode - low)).squareRoot()
      : high - ((1 - p) * (high - low) * (high - mode)).squareRoot()
  }
}

extension Distribution {
  /// The law of a distribution as files name it.
  public enum Law: String, CaseIterable, Sendable {
    case triangular, uniform, beta, normal, lognormal
  }

  /// A distribution around a value. Two numbers bound it; of a normal and a log-normal one they are the
  /// quantiles of 5 and 95 %, and the value is the median, wherever between them it lies.
  ///
  /// - Returns: Nil where the numbers do not fit the law: not rising, a value outside its bounds, a
  ///   logarithm of what is not positive.
  public init?(_ law: Law, value: Double, from low: Double, to high: Double) {
    guard low <= value, value <= high else { return nil }
    // From the median to the 95 % quantile there are 1.64 standard deviations.
    let width = NormalDistribution.quantile(0.95)
    switch law {
    case .triangular: self = .triangular(from: low, mode: value, to: high)
    case .uniform: self = .uniform(from: low, to: high)
    case .beta: self = .beta(from: low, mode: value, to: high)
    case .normal:
      self = .normal(median: value, below: (value - low) / width, above: (high - value) / width)
    case .lognormal where low > 0:
      self = .logNormal(
        median: value, below: log(value / low) / width, above: log(high / value) / width)
    case .lognormal: return nil
    }
  }
}
