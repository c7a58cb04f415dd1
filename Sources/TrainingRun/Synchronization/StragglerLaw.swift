import Foundation
import Numerics

/// How much longer one device's step is than an undisturbed one, at random, each device for itself.
public enum StragglerLaw: Hashable, Sendable {
  /// With some probability a step is longer by a fixed part of itself. What a straggler can add is
  /// bounded, so the slowest of many devices stops getting slower once there nearly always is one.
  case bounded(probability: Double, slowdown: Double)
  /// Longer by an exponential part of itself, without a bound: the slowest of n devices grows as log n.
  case exponential(mean: Double)

  /// No device is ever slow.
  public static let none = StragglerLaw.bounded(probability: 0, slowdown: 0)

  /// The mean part that one device's step is longer by.
  public var mean: Double {
    switch self {
    case .bounded(let probability, let slowdown): probability * slowdown
    case .exponential(let mean): mean
    }
  }

  /// The expected part by which the slowest of some devices is longer, over a number of steps after
  /// which all wait for each other.
  ///
  /// One device's steps add up to a binomial or a gamma variable with the distribution F; that of the
  /// slowest of n is Fⁿ, and its mean is the sum or integral of 1 − Fⁿ.
  ///
  /// - Parameters:
  ///   - devices: At least 1.
  ///   - steps: Between two waits; 1 is a wait at every step.
  public func expectedSlowest(of devices: Int, steps: Int = 1) -> Double {
    precondition(devices >= 1 && steps >= 1, "somebody takes a step")
    let count = Double(devices)
    switch self {
    case .bounded(let probability, let slowdown):
      guard probability > 0, slowdown > 0 else { return 0 }
      if steps == 1 { return slowdown * (1 - pow(1 - probability, count)) }
      let slowSteps = (0..<steps).reduce(0) {
        $0 + 1
          - pow(binomialProbability(upTo: $1, trials: steps, probability: probability), count)
      }
      return slowdown * slowSteps / Double(steps)
    case .exponential(let mean):
      guard mean > 0 else { return 0 }
      if steps == 1 { return mean * (1...devices).reduce(0) { $0 + 1 / Double($1) } }
      // In means of a step: the sum of the steps is gamma distributed, and its slowest of n lies
      // within a few times log n of it.
      let end = Double(steps) + 40 + 20 * log(count) + 10 * Double(steps).squareRoot()
      let cells = 4096
      let width = end / Double(cells)
      let sum = (0..<cells).reduce(0) {
        $0 + 1
          - pow(gammaProbability(below: (Double($1) + 0.5) * width, shape: Double(steps)), count)
      }
      return mean * sum * width / Double(steps)
    }
  }

  /// The bounded law whose slowest of some devices is longer by a given part in the mean.
  ///
  /// - Parameters:
  ///   - slowest: Above 0 and below the slowdown.
  public static func bounded(slowdown: Double, slowest: Double, of devices: Int) -> Self {
    precondition(slowest > 0 && slowest < slowdown, "the slowest is slower, within the bound")
    return .bounded(
      probability: 1 - pow(1 - slowest / slowdown, 1 / Double(devices)), slowdown: slowdown)
  }
}
