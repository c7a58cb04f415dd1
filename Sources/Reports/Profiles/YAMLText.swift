import Foundation
import Units

/// A value of a YAML file that is to be written, keys in the order given.
indirect enum YAMLText {
  typealias Fields = [(key: String, value: YAMLText)]

  case word(String)
  case table(Fields)
  case list([YAMLText])

  /// A number with four significant digits.
  static func number(_ value: Double) -> Self { .word(digits(value)) }

  static func integer(_ value: Int) -> Self { .word(String(value)) }

  /// A time in microseconds.
  static func time(_ value: Seconds) -> Self { .word("\(digits(value.value * 1e6)) us") }

  /// Four significant digits without an exponent or needless zeros.
  static func digits(_ value: Double) -> String {
    precondition(value.isFinite, "a file holds finite numbers")
    if value == 0 || abs(value) < 1e-6 { return "0" }
    let places = max(0, 3 - Int(log10(abs(value)).rounded(.down)))
    var text = String(format: "%.\(places)f", value)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  /// A text in quotes where YAML would take it for something else.
  static func quoted(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isLetter || $0.isNumber || " -_.,()/%".contains($0) }
    let startsWell = text.first?.isLetter == true && text.last != " "
    return plain && startsWell ? text : "'\(text.replacing("'", with: "''"))'"
  }

  static func text(_ text: String) -> Self { .word(quoted(text)) }

  /// Lines of a block: short values on the key's line, long tables opened, long lists folded.
  static func lines(_ fields: Fields, indent: Int) -> [String] {
    fields.flatMap { key, value in value.lines(key: key, indent: indent) }
  }

  /// An entry of a list of tables.
  static func listItem(_ fields: Fields) -> [String] {
    var lines = lines(fields, indent: 4)
    if let first = lines.first { lines[0] = "  - " + first.dropFirst(4) }
    return lines
  }

  private static let width = 100

  private func lines(key: String, indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    let line = "\(space)\(key): \(flow)"
    if line.count <= Self.width { return [line] }
    switch self {
    case .word: return [line]
    case .table(let fields): return ["\(space)\(key):"] + Self.lines(fields, indent: indent + 2)
    case .list(let items): return ["\(space)\(key):"] + folded(items, indent: indent + 2)
    }
  }

  /// A list over several lines: `[a, b,` ... `c]` of words, or a dash before each longer item.
  private func folded(_ items: [YAMLText], indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    guard items.allSatisfy({ if case .word = $0 { true } else { false } }) else {
      return items.flatMap { item -> [String] in
        guard case .table(let fields) = item, "\(space)- \(item.flow)".count > Self.width else {
          return ["\(space)- \(item.flow)"]
        }
        var lines = Self.lines(fields, indent: indent + 2)
        if let first = lines.first { lines[0] = "\(space)- " + first.dropFirst(indent + 2) }
        return lines
      }
    }
    var lines: [String] = []
    var line = space + "["
    for (index, item) in items.enumerated() {
      let text = item.flow + (index + 1 == items.count ? "]" : ",")
      if line.count + text.count + 1 > Self.width {
        lines.append(line)
        line = space + " " + text
      } else {
        line += (line.hasSuffix("[") ? "" : " ") + text
      }
    }
    return lines + [line]
  }

  var flow: String {
    switch self {
    case .word(let text): text
    case .list(let items): "[\(items.map(\.flow).joined(separator: ", "))]"
    case .table(let fields):
      "{\(fields.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", "))}"
    }
  }
}
