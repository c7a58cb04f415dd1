/// How a number of a profile came to be known.
public enum Provenance: String, CaseIterable, Sendable {
  /// Stated by the maker or by a contract.
  case specified
  /// Measured by somebody who says how.
  case measured
  /// Computed from specified or measured numbers.
  case derived
  /// A guess, with a reason in its source.
  case estimated
}

/// A value with its origin.
public struct Sourced<Value: Sendable>: Sendable {
  public var value: Value
  public var kind: Provenance
  /// Where the value was read, or the reason for an estimate.
  public var source: String

  public init(_ value: Value, _ kind: Provenance, source: String) {
    self.value = value
    self.kind = kind
    self.source = source
  }
}

extension Sourced: Equatable where Value: Equatable {}
extension Sourced: Hashable where Value: Hashable {}
