import Foundation

/// A logarithmic scale over whole decades that holds all of its values.
struct LogAxis {
  /// Powers of ten at the ends.
  private let low: Int
  private let high: Int
  /// Pixels at the low and at the high end.
  private let from: Double
  private let to: Double

  /// - Parameter values: Numbers above 0.
  init(holding values: [Double], from: Double, to: Double) {
    let powers = values.map { log10($0) }
    low = Int((powers.min() ?? 0).rounded(.down))
    high = max(low + 1, Int((powers.max() ?? 1).rounded(.up)))
    self.from = from
    self.to = to
  }

  var lowest: Double { pow(10, Double(low)) }
  var highest: Double { pow(10, Double(high)) }

  func position(_ value: Double) -> Double {
    from + (log10(value) - Double(low)) / Double(high - low) * (to - from)
  }

  /// The decades, as a number and as it is written.
  var ticks: [(value: Double, label: String)] {
    (low...high).map { power in
      let value = pow(10, Double(power))
      let isShort = abs(power) <= 15
      return (value, isShort ? fixed(value, decimals: max(0, -power)) : "1e\(power)")
    }
  }
}
