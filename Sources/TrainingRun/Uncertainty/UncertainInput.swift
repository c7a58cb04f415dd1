/// An input that is not sure: where it stands, and what it may be.
public struct UncertainInput: Hashable, Sendable {
  /// The file, relative to the project's root, and the keys in it.
  public var file: String
  public var key: String
  /// The unit that follows the number in the file, with what parts it from the number.
  public var unit: String
  /// In that unit.
  public var distribution: Distribution
  /// What the key may be, in that unit.
  public var limits: ClosedRange<Double>
  /// Whether it counts something: draws are rounded.
  public var isWhole: Bool
  /// Whether it can change a step, and not only what is made of steps.
  public var isOfStep: Bool

  public init(
    file: String, key: String, unit: String, distribution: Distribution,
    limits: ClosedRange<Double> = -.infinity ... .infinity, isWhole: Bool = false,
    isOfStep: Bool = true
  ) {
    self.file = file
    self.key = key
    self.unit = unit
    self.distribution = distribution
    self.limits = limits
    self.isWhole = isWhole
    self.isOfStep = isOfStep
  }

  /// The value that a draw stays below with a probability, or the whole number nearest to it.
  public func value(at p: Double) -> Double {
    let value = distribution.quantile(p, within: limits)
    return isWhole ? value.rounded() : value
  }

  /// A drawn value as the file would say it. It is read back to the same number.
  public func text(_ value: Double) -> String {
    isWhole ? "\(Int(value))\(unit)" : "\(value)\(unit)"
  }
}
