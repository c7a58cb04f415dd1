/// Why a row is not predicted.
public enum RunSkip: Error, Hashable, Sendable {
  case missing(String)
  case unreadable(column: String, text: String)
  case outOfRange(column: String, value: Double, limit: Double)
  case notAMeasurement(String)
  case noSingleNumber(String)
  case outOfMemory
  case precision(String)
  case unnamedDevice(String)
  case tooManyParameters(Double)
  case layoutTooLarge(ranks: Int, devices: Int)
  case noLayout
  /// A reason in the words of the part that found it: a plan's fault, an estimator's, a resolver's.
  case other(String)
}

extension RunSkip: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let column):
      "the row does not state \(column)"
    case .unreadable(let column, let text):
      "\(column): '\(cut(text))' cannot be read"
    case .outOfRange(let column, let value, let limit):
      "\(column): \(plain(value)) does not lie from 1 to \(plain(limit))"
    case .notAMeasurement(let metric):
      metric.isEmpty
        ? "the row names no metric" : "a step time does not tell '\(cut(metric))'"
    case .noSingleNumber(let text):
      text.isEmpty ? "the row prints no value" : "'\(cut(text))' is no single number"
    case .outOfMemory:
      "the source reports that the run does not fit in memory"
    case .precision(let text):
      "precision '\(cut(text))' is not one that the model covers"
    case .unnamedDevice(let text):
      text.isEmpty ? "the row names no device" : "'\(cut(text))' names no device"
    case .tooManyParameters(let count):
      "the shapes make \(plain(count)) weights, more than any model has"
    case .layoutTooLarge(let ranks, let devices):
      "the layout needs \(ranks) devices, the row has \(devices)"
    case .noLayout:
      "the row states no layout, and none was searched for"
    case .other(let reason):
      reason
    }
  }
}

/// A whole number without a point, where it fits one.
private func plain(_ value: Double) -> String {
  abs(value) < 1e16 && value == value.rounded() ? String(Int(value)) : String(value)
}

/// The text on one line and not too long.
private func cut(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  return line.count > 60 ? "\(line.prefix(57))..." : line
}
