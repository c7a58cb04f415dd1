/// The second, the unit of a duration.
public enum Second: UnitOfMeasure { public static let symbol = "s" }
/// The byte.
public enum Byte: UnitOfMeasure { public static let symbol = "B" }
/// One floating-point operation; a multiply-add counts as two.
public enum FLOP: UnitOfMeasure { public static let symbol = "FLOP" }
/// One token of training data.
public enum Token: UnitOfMeasure { public static let symbol = "token" }
/// Something that happens at a rate, such as a failure.
public enum Occurrence: UnitOfMeasure { public static let symbol = "event" }
/// The joule.
public enum Joule: UnitOfMeasure { public static let symbol = "J" }
/// The one currency of a scenario. Prices are converted to it when they are read.
public enum Currency: UnitOfMeasure { public static let symbol = "money" }

/// A duration. An instant of a simulated clock is another type.
public typealias Seconds = Quantity<Second>
/// An amount of data.
public typealias Bytes = Quantity<Byte>
/// An amount of work, not a rate.
public typealias FLOPs = Quantity<FLOP>
/// A number of tokens.
public typealias Tokens = Quantity<Token>
/// An amount of energy.
public typealias Joules = Quantity<Joule>
/// An amount of money in the scenario's currency: a forecast, rounded only in reports.
public typealias Money = Quantity<Currency>
/// A bandwidth, per rank and in one direction.
public typealias BytesPerSecond = Quantity<Per<Byte, Second>>
/// A rate of work. A peak is dense, for a named precision.
public typealias FLOPsPerSecond = Quantity<Per<FLOP, Second>>
/// A throughput of training.
public typealias TokensPerSecond = Quantity<Per<Token, Second>>
/// A power.
public typealias Watts = Quantity<Per<Joule, Second>>
/// How often something happens.
public typealias Frequency = Quantity<Per<Occurrence, Second>>
/// A number of things that happened, or are expected to.
public typealias Occurrences = Quantity<Occurrence>
/// A price of time.
public typealias MoneyPerSecond = Quantity<Per<Currency, Second>>
/// A price of energy.
public typealias MoneyPerJoule = Quantity<Per<Currency, Joule>>

extension Quantity where Unit == Second {
  public static let microsecond = Seconds(1e-6)
  public static let millisecond = Seconds(1e-3)
  public static let hour = Seconds(3600)
  public static let day = Seconds(86_400)
}

extension Quantity where Unit == Byte {
  /// 10⁹ bytes.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let GB = Bytes(1e9)
  /// 2³⁰ bytes.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let GiB = Bytes(1_073_741_824)
}

extension Quantity where Unit == Per<Byte, Second> {
  /// 10⁹ bytes a second.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let GBps = BytesPerSecond(1e9)
}

extension Quantity where Unit == Per<FLOP, Second> {
  /// 10¹² floating-point operations a second.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let TFLOPS = FLOPsPerSecond(1e12)
}

extension Quantity where Unit == Token {
  /// 10¹² tokens.
  public static let trillion = Tokens(1e12)
}
