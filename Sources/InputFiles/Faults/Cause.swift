public import Parallelism

/// What is wrong, with the offending values. `words` alone turns it into a sentence.
public enum Cause: Hashable, Sendable {
  case file(FileCause)
  case yaml(YAMLCause)
  case key(KeyCause)
  case number(NumberCause)
  case word(WordCause)
  case name(NameCause)
  case price(PriceCause)
  case relation(RelationCause)
  /// What is wrong with a table that a file names, in words.
  case table(String)
  /// A plan that cannot run a model on a fleet.
  case plan(PlanFault)

  /// The problem and its remedy, in one or two sentences.
  public var words: String {
    switch self {
    case .file(let cause): cause.words
    case .yaml(let cause): cause.words
    case .key(let cause): cause.words
    case .number(let cause): cause.words
    case .word(let cause): cause.words
    case .name(let cause): cause.words
    case .price(let cause): cause.words
    case .relation(let cause): cause.words
    case .table(let words): words
    case .plan(let fault): fault.words
    }
  }
}

/// A text of the user's as a message may show it: on one line, without control characters, cut
/// where it is long.
func shown(_ text: String) -> String {
  let limit = 80
  var line = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar {
    case "\n": line += "\\n"
    case "\t": line += "\\t"
    case "\r": line += "\\r"
    default: line += isPrintable(scalar) ? String(scalar) : "\\u{\(hex(scalar))}"
    }
  }
  return text.unicodeScalars.count > limit ? line + "..." : line
}

func quoted(_ text: String) -> String { "'\(shown(text))'" }

/// `a, b or c`.
func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

/// A list of names, cut where it is long.
func listed(_ names: [String]) -> String {
  let limit = 12
  let shortened = names.prefix(limit).map(shown)
  let left = names.count - shortened.count
  return shortened.joined(separator: ", ") + (left > 0 ? " and \(left) more" : "")
}

private func hex(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16) }

/// Whether a terminal shows the character and does nothing else with it.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
  default: true
  }
}
