import Foundation
import Hardware
import Numerics
import Units

/// When a cause strikes next in a fleet.
///
/// Exponential causes of all devices are one stream at their summed rate. With a Weibull law each unit
/// has a life of its own. Units of one age are not told apart until they fail: the sorted lives of n
/// of them have cumulated hazards whose gaps are exponential with mean 1/(units left), so the next
/// failure costs one draw however many units there are. A unit that replaces another starts anew,
/// and is told apart.
struct FailureClock {
  private enum Law {
    case exponential(mean: Double)
    case weibull(Weibull)
  }

  private struct Weibull {
    var scale: Double
    var shape: Double
    var age: Double
    var unitsLeft: Double
    /// Cumulated hazard, (t / scale)^shape, at the last failure of a unit of the first age.
    var hazard: Double
  }

  private var law: Law?

  /// - Parameter unit: Devices that fail as one. Of a Weibull law there are as many units as they all fill,
  ///   the last one be it in part, and each takes an equal share of the devices' rate.
  init(_ cause: FailureCause, devices: Int, unit: Int) {
    let rate = cause.rate.value.value
    guard rate > 0 else { return }
    switch cause.law {
    case .exponential: law = .exponential(mean: 1 / (rate * Double(devices)))
    case .weibull(let shape, let age):
      let units = (Double(devices) / Double(max(1, unit))).rounded(.up)
      // The mean life, scale Γ(1 + 1/shape), is that of the rate.
      let scale = units / (rate * Double(devices) * tgamma(1 + 1 / shape))
      law = .weibull(
        Weibull(
          scale: scale, shape: shape, age: age.value,
          unitsLeft: units, hazard: pow(age.value / scale, shape)))
    }
  }

  /// The next failure after an instant, in seconds; nil where none comes any more.
  mutating func next(after now: Double, _ random: RandomGenerator) -> Double? {
    switch law {
    case nil: return nil
    case .exponential(let mean): return now + random.exponential(mean: mean)
    case .weibull(var weibull):
      guard weibull.unitsLeft >= 1 else { return nil }
      weibull.hazard += random.exponential(mean: 1 / weibull.unitsLeft)
      weibull.unitsLeft -= 1
      law = .weibull(weibull)
      let life = weibull.scale * pow(weibull.hazard, 1 / weibull.shape)
      return max(now, life - weibull.age)
    }
  }

  /// When the unit that comes in now fails in its turn; nil where units are not told apart.
  func failureOfReplacement(from now: Double, _ random: RandomGenerator) -> Double? {
    guard case .weibull(let weibull) = law else { return nil }
    return now + random.weibull(scale: weibull.scale, shape: weibull.shape)
  }
}
