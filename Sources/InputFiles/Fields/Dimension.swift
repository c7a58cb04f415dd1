import Units

/// What a number with a unit measures. The name of each case is not a unit: `units` lists those.
public enum Dimension: Hashable, Sendable, CaseIterable {
  case data, bandwidth, peak, integerPeak, time, power, tokens, parameters, area, ratio, count
  case frequency, carbon

  /// What the amount is, as it stands in a message.
  var words: String {
    switch self {
    case .data: "bytes"
    case .bandwidth: "bytes per second"
    case .peak: "floating-point operations per second"
    case .integerPeak: "integer operations per second"
    case .time: "a time"
    case .power: "a power"
    case .tokens: "tokens"
    case .parameters: "parameters"
    case .area: "an area"
    case .ratio: "a plain ratio"
    case .count: "a plain count"
    case .frequency: "a number of events per time"
    case .carbon: "emissions per energy"
    }
  }

  /// The units that may be written, each with its size in base units.
  ///
  /// SI prefixes are powers of 1000, IEC prefixes powers of 1024; `B` is a byte and `b` a bit.
  var units: [(symbol: String, size: Double)] {
    switch self {
    case .data:
      [
        ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
      ]
    case .bandwidth:
      [
        ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12),
        ("Mb/s", 1e6 / 8), ("Gb/s", 1e9 / 8), ("Tb/s", 1e12 / 8),
        ("MiB/s", 1_048_576), ("GiB/s", 1_073_741_824), ("TiB/s", 1_099_511_627_776),
      ]
    case .peak: [("GFLOP/s", 1e9), ("TFLOP/s", 1e12), ("PFLOP/s", 1e15)]
    case .integerPeak: [("GOP/s", 1e9), ("TOP/s", 1e12), ("POP/s", 1e15)]
    case .time:
      [
        ("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600),
        ("d", 86_400), ("days", 86_400), ("day", 86_400), ("y", 31_557_600),
      ]
    case .power: [("W", 1), ("kW", 1e3)]
    case .tokens: multiples.flatMap { [$0, ("\($0.symbol) tokens", $0.size)] } + [("tokens", 1)]
    case .parameters: multiples
    case .area: [("mm2", 1)]
    case .ratio: [("", 1), ("%", 0.01)]
    case .count: [("", 1)]
    case .frequency: [("/s", 1), ("/h", 1.0 / 3600), ("/d", 1.0 / 86_400)]
    case .carbon: [("kg/kWh", 1), ("g/kWh", 1e-3)]
    }
  }

  private var multiples: [(symbol: String, size: Double)] {
    [("K", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)]
  }

  /// The amounts, in base units, beyond which a number cannot be meant and would only overflow a
  /// formula. They are no physical claim.
  var plausible: ClosedRange<Double> {
    switch self {
    case .data: 1...1e18
    case .bandwidth: 1e3...1e18
    case .peak, .integerPeak: 1e6...1e21
    case .time: 1e-12...1e10
    case .power: 1e-3...1e9
    case .tokens: 1...1e18
    case .parameters: 1e3...1e16
    case .area: 1e-3...1e6
    case .ratio: 1e-9...1e9
    case .count: 1e-9...1e12
    case .frequency: 1e-15...1e3
    case .carbon: 1e-4...1e2
    }
  }
}

/// A dimension with the type of its amounts, so that a field and its unit cannot disagree.
struct Measure<Amount: Sendable>: Sendable {
  var dimension: Dimension
  var make: @Sendable (Double) -> Amount
}

extension Measure where Amount == Bytes {
  static var data: Self { Self(dimension: .data) { Bytes($0) } }
}
extension Measure where Amount == BytesPerSecond {
  static var bandwidth: Self { Self(dimension: .bandwidth) { BytesPerSecond($0) } }
}
extension Measure where Amount == FLOPsPerSecond {
  static var peak: Self { Self(dimension: .peak) { FLOPsPerSecond($0) } }
}
extension Measure where Amount == Seconds {
  static var time: Self { Self(dimension: .time) { Seconds($0) } }
}
extension Measure where Amount == Watts {
  static var power: Self { Self(dimension: .power) { Watts($0) } }
}
extension Measure where Amount == Frequency {
  static var frequency: Self { Self(dimension: .frequency) { Frequency($0) } }
}
extension Measure where Amount == Tokens {
  static var tokens: Self { Self(dimension: .tokens) { Tokens($0) } }
}
extension Measure where Amount == Double {
  static var ratio: Self { Self(dimension: .ratio) { $0 } }
  static var count: Self { Self(dimension: .count) { $0 } }
  static var parameters: Self { Self(dimension: .parameters) { $0 } }
  static var area: Self { Self(dimension: .area) { $0 } }
  /// Kilograms of CO₂ equivalent for a kilowatt-hour.
  static var carbon: Self { Self(dimension: .carbon) { $0 } }
  static var integerPeak: Self { Self(dimension: .integerPeak) { $0 } }
}

/// The range that a number may lie in, in base units.
public enum Bounds: Hashable, Sendable {
  case positive
  case notNegative
  /// From 0 to 1, both included.
  case fraction
  /// Above 0 and up to 1: a part that is never nothing.
  case share
  case from(Double, to: Double)

  func contains(_ value: Double) -> Bool {
    switch self {
    case .positive: value > 0
    case .notNegative: value >= 0
    case .fraction: (0...1).contains(value)
    case .share: value > 0 && value <= 1
    case .from(let low, let high): (low...max(low, high)).contains(value)
    }
  }

  var words: String {
    switch self {
    case .positive: "above 0"
    case .notNegative: "0 or more"
    case .fraction: "from 0 to 1"
    case .share: "above 0 and at most 1"
    case .from(let low, let high) where high == .infinity: "\(plain(low)) or more"
    case .from(let low, let high): "from \(plain(low)) to \(plain(high))"
    }
  }
}

/// A number without a needless fraction.
func plain(_ value: Double) -> String {
  abs(value) < 0x1p53 && value == value.rounded() ? String(Int(value)) : String(value)
}
