/// What a number of a key may be, for draws of it.
struct NumberRange {
  var isWhole: Bool
  /// In the unit of a symbol.
  var inUnit: (_ symbol: String) -> ClosedRange<Double>

  static var any: NumberRange { NumberRange(isWhole: false) { _ in -.infinity ... .infinity } }

  /// Of an amount of money.
  static var amount: NumberRange { NumberRange(isWhole: false) { _ in 0 ... .infinity } }
}

extension NumberRange {
  /// The numbers within bounds that can be meant.
  init(of dimension: Dimension, within bounds: Bounds, isWhole: Bool = false) {
    self.init(isWhole: isWhole) { symbol in
      let size = dimension.units.first { $0.symbol == symbol }?.size ?? 1
      let (low, high) = bounds.ends
      let least = bounds.contains(low) ? low : dimension.plausible.lowerBound
      let most = min(high, dimension.plausible.upperBound)
      return least / size...max(least, most) / size
    }
  }
}

extension Bounds {
  fileprivate var ends: (low: Double, high: Double) {
    switch self {
    case .positive, .notNegative: (0, .infinity)
    case .fraction, .share: (0, 1)
    case .from(let low, let high): (low, high)
    }
  }
}
