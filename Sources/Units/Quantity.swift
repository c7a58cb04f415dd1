/// A unit of measure: a name for the dimension of a quantity, and the symbol of its base unit.
///
/// Units are empty types. They exist only so that the compiler tells one dimension from another.
public protocol UnitOfMeasure: Sendable {
  /// The base unit as it is written after a number: `s`, `B`, `FLOP`.
  static var symbol: String { get }
}

/// The dimension of one thing per another, such as bytes per second.
public enum Per<Top: UnitOfMeasure, Bottom: UnitOfMeasure>: UnitOfMeasure {
  public static var symbol: String { "\(Top.symbol)/\(Bottom.symbol)" }
}

/// An amount of something, in the base unit of its dimension.
///
/// A formula over quantities compiles only if its dimensions agree:
/// ```
/// let computeTime = work / device.peak          // FLOPs / FLOPsPerSecond = Seconds
/// let cost = price * runTime                    // MoneyPerSecond * Seconds = Money
/// ```
@frozen
public struct Quantity<Unit: UnitOfMeasure>: Hashable, Comparable, Sendable {
  /// The number of base units.
  public var value: Double

  @inlinable
  public init(_ value: Double) { self.value = value }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

extension Quantity: AdditiveArithmetic {
  @inlinable
  public static var zero: Self { Self(0) }

  @inlinable
  public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }

  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }

  @inlinable
  public static prefix func - (a: Self) -> Self { Self(-a.value) }
}

extension Quantity {
  @inlinable
  public static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }

  @inlinable
  public static func * (factor: Double, a: Self) -> Self { Self(factor * a.value) }

  @inlinable
  public static func / (a: Self, divisor: Double) -> Self { Self(a.value / divisor) }

  /// The ratio of two amounts of one thing, a plain number.
  @inlinable
  public static func / (a: Self, b: Self) -> Double { a.value / b.value }

  @inlinable
  public static func *= (a: inout Self, factor: Double) { a.value *= factor }

  /// Whether the amount is an ordinary number, neither infinite nor undefined.
  @inlinable
  public var isFinite: Bool { value.isFinite }
}

/// An amount divided by its rate: bytes / (bytes per second) = seconds.
@inlinable
public func / <A: UnitOfMeasure, B: UnitOfMeasure>(
  amount: Quantity<A>, rate: Quantity<Per<A, B>>
) -> Quantity<B> {
  Quantity<B>(amount.value / rate.value)
}

/// A rate times what it is per: (bytes per second) · seconds = bytes.
@inlinable
public func * <A: UnitOfMeasure, B: UnitOfMeasure>(
  rate: Quantity<Per<A, B>>, amount: Quantity<B>
) -> Quantity<A> {
  Quantity<A>(rate.value * amount.value)
}

/// One amount per another: bytes / seconds = bytes per second.
@inlinable
public func / <A: UnitOfMeasure, B: UnitOfMeasure>(
  top: Quantity<A>, bottom: Quantity<B>
) -> Quantity<Per<A, B>> {
  Quantity<Per<A, B>>(top.value / bottom.value)
}
