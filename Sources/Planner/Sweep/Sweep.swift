import Foundation

/// A question that is asked again and again with some inputs varied.
public struct Sweep: Sendable {
  public var axes: [SweepAxis]
  /// Points drawn over all axes at once; nil takes every combination of their values.
  public var draw: Draw?

  public init(axes: [SweepAxis], draw: Draw? = nil) {
    self.axes = axes
    self.draw = draw
  }

  /// A Latin hypercube: every axis is cut into as many strata as there are points, and each stratum of
  /// each axis is met once. Source: McKay, Beckman and Conover 1979, doi:10.2307/1268522.
  public struct Draw: Sendable {
    public var points: Int
    public var seed: UInt64

    public init(points: Int, seed: UInt64) {
      self.points = points
      self.seed = seed
    }
  }

  /// The number of points, as a real number because a careless grid has more than an integer holds.
  public var points: Double {
    draw.map { Double($0.points) } ?? axes.reduce(1) { $0 * Double($1.count) }
  }
}

/// One field and its values.
public struct SweepAxis: Sendable {
  /// The field as the scenario writes it: `training.global_batch`, or with a file in front.
  public var field: String
  public var values: Values

  public enum Values: Sendable {
    /// As they would stand in the file.
    case list([String])
    case range(SweepRange)
  }

  public init(field: String, values: Values) {
    self.field = field
    self.values = values
  }

  public var count: Int {
    switch values {
    case .list(let texts): texts.count
    case .range(let range): range.count
    }
  }

  public var firstText: String { text(0) }
  public var lastText: String { text(count - 1) }

  public func text(_ index: Int) -> String {
    switch values {
    case .list(let texts): texts[index]
    case .range(let range): range.text(index)
    }
  }

  /// The value at a part of the way through the axis, from 0 to below 1.
  func text(at part: Double) -> String {
    switch values {
    case .list(let texts): texts[min(texts.count - 1, Int(part * Double(texts.count)))]
    case .range(let range): range.text(drawn: part)
    }
  }
}

/// Evenly spaced values, on a plain or a logarithmic scale, both ends among them.
public struct SweepRange: Sendable {
  public var from: Double
  public var to: Double
  /// What follows each number, such as `RMB/h`.
  public var unit: String
  public var count: Int
  public var isLogarithmic: Bool
  /// Whether values are whole numbers.
  public var isWhole: Bool

  public init(
    from: Double, to: Double, unit: String, count: Int, isLogarithmic: Bool, isWhole: Bool
  ) {
    self.from = from
    self.to = to
    self.unit = unit
    self.count = count
    self.isLogarithmic = isLogarithmic
    self.isWhole = isWhole
  }

  /// Whether every whole number from end to end is met.
  public var meetsAll: Bool { isWhole && !isLogarithmic && Double(count - 1) == to - from }

  /// A number between two whole ones, as far in the range as any.
  public var textBetweenWholes: String {
    shortest(((from + to) / 2).rounded(.down) + 0.5)
  }

  /// Whole values, each once.
  public var wholeTexts: [String] {
    var texts: [String] = []
    for index in 0..<count where texts.last != text(index) { texts.append(text(index)) }
    return texts
  }

  func text(_ index: Int) -> String {
    let value = value(at: Double(index) / Double(max(1, count - 1)))
    return withUnit(isWhole ? String(Int(value.rounded())) : shortest(value))
  }

  /// A value drawn between the ends, which are as likely as any other whole one.
  func text(drawn part: Double) -> String {
    guard isWhole else { return withUnit(shortest(value(at: part))) }
    guard isLogarithmic else {
      return withUnit(String(Int((from + part * (to - from + 1)).rounded(.down))))
    }
    return withUnit(String(Int(value(at: part).rounded())))
  }

  private func value(at part: Double) -> Double {
    isLogarithmic ? from * exp(part * log(to / from)) : from + part * (to - from)
  }

  private func withUnit(_ number: String) -> String { unit.isEmpty ? number : "\(number) \(unit)" }

  // Twelve digits hide the last bit of the arithmetic and lose nothing that an input states.
  private func shortest(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let scale = pow(10, 11 - floor(log10(abs(value))))
    return "\((value * scale).rounded() / scale)"
  }
}
