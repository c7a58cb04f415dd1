/// What is wrong with one number and its unit.
public enum NumberCause: Hashable, Sendable {
  case notANumber(text: String, example: String)
  /// Hexadecimal, octal or binary.
  case notDecimal(text: String)
  case notFinite(text: String)
  case leadingZero(text: String, meant: String)
  case separators(text: String)
  case notWhole(text: String)
  case outOfRange(text: String, bounds: Bounds)
  case implausible(text: String, dimension: Dimension)
  case noUnit(text: String, dimension: Dimension, example: String)
  case unknownUnit(text: String, unit: String, nearest: String?, dimension: Dimension)
  /// A unit after a number that has none.
  case unwantedUnit(text: String, unit: String, dimension: Dimension, example: String)
  /// `write` is the right text where it follows from the wrong one.
  case wrongDimension(
    text: String, found: Dimension, wanted: Dimension, write: String?, example: String)
  /// A bound of a distribution in another unit than the value.
  case otherUnit(text: String, unit: String)
  case notMoney(text: String, example: String)
  case implausibleMoney(text: String)

  var words: String {
    switch self {
    case .notANumber(let text, let example):
      "\(quoted(text)) is not a number. Write for example '\(example)'."
    case .notDecimal(let text):
      "\(quoted(text)) is not a decimal number. Write it with the digits 0 to 9."
    case .notFinite(let text):
      "\(quoted(text)) is not a finite number. Write one that is."
    case .leadingZero(let text, let meant):
      "\(quoted(text)) starts with a zero, which some read as octal. Write \(quoted(meant))."
    case .separators(let text):
      """
      \(quoted(text)) has a comma or '_' inside. Write a point before the fraction, and nothing \
      between thousands.
      """
    case .notWhole(let text):
      "\(quoted(text)) is not a whole number. Write one without a fraction."
    case .outOfRange(let text, let bounds):
      "\(quoted(text)) is out of range. Write a number \(bounds.words)."
    case .implausible(let text, let dimension):
      "\(quoted(text)) cannot be meant as \(dimension.words). Check the number and its unit."
    case .noUnit(let text, let dimension, let example):
      "\(quoted(text)) has no unit, and must be \(dimension.words). Write for example '\(example)'."
    case .unknownUnit(let text, let unit, let nearest?, _):
      "\(quoted(text)) has the unknown unit \(quoted(unit)). Did you mean \(quoted(nearest))?"
    case .unknownUnit(let text, let unit, nil, let dimension):
      """
      \(quoted(text)) has the unknown unit \(quoted(unit)). The units of \(dimension.words) are \
      \(listed(dimension.units.map(\.symbol).filter { !$0.contains(" ") })).
      """
    case .unwantedUnit(let text, let unit, let dimension, let example):
      """
      \(quoted(text)) has the unit \(quoted(unit)), and must be \(dimension.words). Write the number \
      alone, such as '\(example)'.
      """
    case .wrongDimension(let text, let found, let wanted, let write?, _):
      "\(quoted(text)) is \(found.words), not \(wanted.words). Write \(quoted(write))."
    case .wrongDimension(let text, let found, let wanted, nil, let example):
      "\(quoted(text)) is \(found.words), not \(wanted.words). Write for example '\(example)'."
    case .otherUnit(let text, let unit):
      "\(quoted(text)) is no plain number. Write numbers in the unit of the value, '\(shown(unit))'."
    case .notMoney(let text, let example):
      "\(quoted(text)) is not an amount of money. Write for example '\(example)'."
    case .implausibleMoney(let text):
      "\(quoted(text)) cannot be meant. Check the number and its multiple."
    }
  }
}
