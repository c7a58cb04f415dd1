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
  case normal(mean: Double, deviation: Double)
  /// The logarithm is normal.
  case logNormal(median: Double, deviation: Double)
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
    case .normal(let mean, let deviation):
      return deviation == 0 ? mean : mean + deviation * NormalDistribution.quantile(p)
    case .logNormal(let median, let deviation):
      return deviation == 0 ? median : median * exp(deviation * NormalDistribution.quantile(p))
    case .empirical(let values): return Numerics.quantile(values, p) ?? .nan
    }
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
  /// quantiles of 5 and 95 %.
  ///
  /// - Returns: Nil where the numbers do not fit the law: not rising, a value outside its bounds, a
  ///   logarithm of what is not positive.
  public init?(_ law: Law, value: Double, from low: Double, to high: Double) {
    guard low <= high else { return nil }
    let isInside = low <= value && value <= high
    // From the 5 % quantile to the 95 % one there are 3.29 standard deviations.
    let width = 2 * NormalDistribution.quantile(0.95)
    switch law {
    case .triangular where isInside: self = .triangular(from: low, mode: value, to: high)
    case .uniform where isInside: self = .uniform(from: low, to: high)
    case .beta where isInside: self = .beta(from: low, mode: value, to: high)
    case .normal: self = .normal(mean: value, deviation: (high - low) / width)
    case .lognormal where value > 0 && low > 0:
      self = .logNormal(median: value, deviation: log(high / low) / width)
    default: return nil
    }
    if low == high, law == .uniform, low != value { return nil }
  }
}

/// An input that is not sure: where it stands, and what it may be.
public struct UncertainInput: Hashable, Sendable {
  /// The file, relative to the project's root, and the keys in it.
  public var file: String
  public var key: String
  /// The unit that follows the number in the file, with what parts it from the number.
  public var unit: String
  /// In that unit.
  public var distribution: Distribution
  /// Whether it can change a step, and not only what is made of steps.
  public var isOfStep: Bool

  public init(
    file: String, key: String, unit: String, distribution: Distribution, isOfStep: Bool = true
  ) {
    self.file = file
    self.key = key
    self.unit = unit
    self.distribution = distribution
    self.isOfStep = isOfStep
  }

  /// A drawn value as the file would say it. It is read back to the same number.
  public func text(_ value: Double) -> String { "\(value)\(unit)" }
}
