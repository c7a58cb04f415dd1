/// An instant of the simulated clock, in whole nanoseconds since the start.
@frozen
public struct SimTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: UInt64

  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static let zero = SimTime(nanoseconds: 0)

  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The instant after an amount of time. Overflow, after 584 years, traps.
  public static func + (instant: Self, amount: SimDuration) -> Self {
    Self(nanoseconds: instant.nanoseconds + amount.nanoseconds)
  }

  /// The time from one instant to a later one.
  public static func - (later: Self, earlier: Self) -> SimDuration {
    precondition(later >= earlier, "an amount of simulated time is never negative")
    return SimDuration(nanoseconds: later.nanoseconds - earlier.nanoseconds)
  }
}

/// An amount of simulated time, in whole nanoseconds.
@frozen
public struct SimDuration: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var nanoseconds: UInt64

  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The nearest whole number of nanoseconds; a half goes to the even one.
  public init(seconds: Double) {
    let nanoseconds = (seconds * 1e9).rounded(.toNearestOrEven)
    precondition(
      nanoseconds >= 0 && nanoseconds < 0x1p63,
      "an amount of simulated time lies between zero and 292 years")
    self.nanoseconds = UInt64(nanoseconds)
  }

  public static let zero = SimDuration(nanoseconds: 0)

  public var seconds: Double { Double(nanoseconds) * 1e-9 }

  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  public static func + (a: Self, b: Self) -> Self {
    Self(nanoseconds: a.nanoseconds + b.nanoseconds)
  }

  public static func += (a: inout Self, b: Self) { a.nanoseconds += b.nanoseconds }
}
