/// An amount of money in the currency it was written in.
public struct MoneyText: Hashable, Sendable {
  /// In the currency's own unit; for a price of time, per hour; for one of energy, per kWh.
  public internal(set) var amount: Double
  /// Three capital letters, such as `RMB`.
  public internal(set) var currency: String

  /// What an amount is paid for.
  enum Per: Sendable {
    /// `6.35 M RMB`: an amount, with an optional multiple.
    case once
    /// `27.5 RMB/h`: an hour, or a day or a second.
    case hour
    /// `0.5 RMB/kWh`.
    case kilowattHour

    /// The endings that may be written, each with the number of them in the base unit.
    var endings: [(symbol: String, factor: Double)] {
      switch self {
      case .once: [("", 1)]
      case .hour: [("/h", 1), ("/d", 1 / 24), ("/s", 3600)]
      case .kilowattHour: [("/kWh", 1)]
      }
    }
  }

  init(amount: Double, currency: String) {
    self.amount = amount
    self.currency = currency
  }

  init(_ text: String, per: Per, example: String) throws(CauseError) {
    let number = try NumberText(text, example: example)
    let ending = per.endings.first { !$0.symbol.isEmpty && number.unit.hasSuffix($0.symbol) }
    var unit = number.unit.dropLast(ending?.symbol.count ?? 0)
    var multiple = 1.0
    if per == .once, let mark = multiples[String(unit.prefix(2))] {
      multiple = mark
      unit = unit.dropFirst(2)
    }
    guard ending != nil || per == .once, isCurrency(String(unit)) else {
      throw CauseError(.number(.notMoney(text: text, example: example)))
    }
    amount = number.value * multiple * (ending?.factor ?? 1)
    currency = String(unit)
    guard Bounds.positive.contains(amount) else {
      throw CauseError(.number(.outOfRange(text: text, bounds: .positive)))
    }
    guard (1e-9...1e18).contains(amount) else {
      throw CauseError(.number(.implausibleMoney(text: text)))
    }
  }
}

private let multiples = ["K ": 1e3, "M ": 1e6, "B ": 1e9, "T ": 1e12]

/// Whether a word is written as a currency is: three capital letters.
func isCurrency(_ word: String) -> Bool {
  word.count == 3 && word.allSatisfy { $0.isASCII && $0.isUppercase }
}
