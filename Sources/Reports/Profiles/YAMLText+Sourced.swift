import Hardware
import Units

extension YAMLText {
  /// A text in quotes, whatever it holds: commas end a plain text inside braces.
  static func inQuotes(_ text: String) -> String {
    "'\(text.replacing("'", with: "''"))'"
  }

  /// A value with its origin, on a line of its own however long.
  fileprivate static func sourced<Value>(_ text: String, _ sourced: Sourced<Value>) -> YAMLText {
    .word("{value: \(text), kind: \(sourced.kind.rawValue), source: \(inQuotes(sourced.source))}")
  }
}

extension Sourced where Value == Double {
  var yaml: YAMLText { .sourced(YAMLText.digits(value), self) }
}

extension Sourced where Value == Seconds {
  /// In microseconds, from a millisecond on in milliseconds.
  var yaml: YAMLText {
    let isLong = value.value >= 1e-3
    let text = YAMLText.digits(value.value * (isLong ? 1e3 : 1e6))
    return .sourced("\(text) \(isLong ? "ms" : "us")", self)
  }
}

extension Sourced where Value == Bytes {
  /// In bytes below a thousand, above in GiB.
  var yaml: YAMLText {
    let gibibyte = 1_073_741_824.0
    let text =
      value.value < 1000
      ? "\(YAMLText.digits(value.value)) B" : "\(YAMLText.digits(value.value / gibibyte)) GiB"
    return .sourced(text, self)
  }
}

extension Sourced where Value == BytesPerSecond {
  var yaml: YAMLText { .sourced("\(YAMLText.digits(value / .GBps)) GB/s", self) }
}

extension Sourced where Value == FLOPsPerSecond {
  var yaml: YAMLText { .sourced("\(YAMLText.digits(value / .TFLOPS)) TFLOP/s", self) }
}
