import Foundation
import Numerics
public import Units

/// The interval between two saves that loses the least time, beside the formulas in use.
public struct CheckpointOptimum: Sendable {
  private let plan: CheckpointPlan
  /// Failures a second in the job.
  private let rate: Double

  /// - Parameter rate: How often the whole job is interrupted.
  public init(plan: CheckpointPlan, rate: Frequency) {
    self.plan = plan
    self.rate = rate.value
  }

  /// √(2 C / λ) of Young 1974, doi:10.1145/361147.361115, for stalls of C and failures at a rate λ.
  public var young: Seconds { Seconds((2 * plan.stall.value / rate).squareRoot()) }

  /// Daly's better approximation, √(2 C M) (1 + √(C / 2M) / 3 + C / 18M) − C with M = 1/λ, or M
  /// where C is above 2 M. Source: Daly 2006, doi:10.1016/j.future.2004.11.016.
  public var daly: Seconds {
    let (stall, mean) = (plan.stall.value, 1 / rate)
    guard stall < 2 * mean else { return Seconds(mean) }
    let ratio = stall / (2 * mean)
    return Seconds(
      (2 * stall * mean).squareRoot() * (1 + ratio.squareRoot() / 3 + ratio / 9) - stall)
  }

  /// The interval at which the expected time for one of work is least, by search; never one in which
  /// a save does not end.
  ///
  /// A save that stalls nothing is made as often as the one before it lets.
  public var best: Seconds {
    let least = max(plan.persist - plan.stall, Seconds(1))
    guard rate > 0 else { return Seconds(30 * 86_400) }
    guard plan.stall > .zero else { return least }
    let low = log(least.value)
    let high = max(low + 1, log(young.value) + 3)
    let guess = min(max(log(young.value), low + 1e-3), high - 1e-3)
    let overhead = { (x: Double) in expectedTime(perWork: exp(x)) }
    guard overhead(guess) < overhead(low), overhead(guess) < overhead(high) else { return least }
    let found = try? minimum(of: overhead, from: low, to: high, guess: guess)
    return Seconds(exp(found ?? guess))
  }

  /// The expected time for one of work, recoveries left out: (e^(λ(τ + C)) − 1) / (λ τ), and 1 + λ P'
  /// times that where the save goes on for P' after the stall.
  private func expectedTime(perWork interval: Double) -> Double {
    let afterStall = (plan.persist - plan.stall).value
    return expm1(rate * (interval + plan.stall.value)) / (rate * interval) * (1 + rate * afterStall)
  }
}
