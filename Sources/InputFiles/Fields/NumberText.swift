/// A number as it was written, split from what follows it.
struct NumberText {
  var value: Double
  /// What follows the number, without blanks on either side.
  var unit: String

  init(value: Double, unit: String) {
    self.value = value
    self.unit = unit
  }

  /// Splits a number from its unit: `3.35 TB/s` is 3.35 and `TB/s`.
  ///
  /// The number is decimal: an optional sign, digits, an optional fraction, an optional power of
  /// ten. Other spellings that a YAML reader might take for a number are refused with what to
  /// write instead, because readers disagree about them.
  init(_ text: String, example: String) throws(CauseError) {
    var rest = text[...]
    let sign = rest.first == "-" || rest.first == "+" ? String(rest.removeFirst()) : ""
    let digits = rest.prefix(while: isDigit)
    guard !digits.isEmpty else { throw Self.noDigits(text, after: rest, example: example) }
    rest = rest.dropFirst(digits.count)
    let fraction = Self.fraction(of: &rest)
    let exponent = Self.exponent(of: &rest)
    if digits == "0", let next = rest.first, "xXoO".contains(next) {
      throw CauseError(.number(.notDecimal(text: text)))
    }
    if let next = rest.first, next == "," || next == "_",
      rest.dropFirst().first.map(isDigit) == true
    {
      throw CauseError(.number(.separators(text: text)))
    }
    if digits.count > 1, digits.first == "0" {
      let meant = digits.drop { $0 == "0" }
      throw CauseError(
        .number(
          .leadingZero(text: text, meant: sign + (meant.isEmpty ? "0" : meant) + fraction + rest)))
    }
    if let next = rest.first, !(next.isLetter || next == " " || next == "%") {
      throw CauseError(.number(.notANumber(text: text, example: example)))
    }
    let number = sign + digits + fraction + exponent
    guard let value = Double(number), value.isFinite else {
      throw CauseError(.number(.notFinite(text: text)))
    }
    self.value = value
    unit = String(rest.drop { $0 == " " })
  }

  private static func fraction(of rest: inout Substring) -> String {
    guard rest.first == "." else { return "" }
    let digits = rest.dropFirst().prefix(while: isDigit)
    guard !digits.isEmpty else { return "" }
    rest = rest.dropFirst(1 + digits.count)
    return "." + digits
  }

  private static func exponent(of rest: inout Substring) -> String {
    guard let mark = rest.first, mark == "e" || mark == "E" else { return "" }
    var tail = rest.dropFirst()
    var sign = ""
    if let first = tail.first, first == "-" || first == "+" { sign = String(tail.removeFirst()) }
    let digits = tail.prefix(while: isDigit)
    guard !digits.isEmpty else { return "" }
    rest = tail.dropFirst(digits.count)
    return "e" + sign + digits
  }

  private static func noDigits(
    _ text: String, after rest: Substring, example: String
  ) -> CauseError {
    let names = ["inf", "nan", "infinity"]
    let name = rest.drop { $0 == "." }.lowercased()
    let isNumberName = names.contains { name == $0 || name.hasPrefix($0 + " ") }
    return CauseError(
      isNumberName
        ? .number(.notFinite(text: text)) : .number(.notANumber(text: text, example: example)))
  }
}

private func isDigit(_ character: Character) -> Bool {
  character.isASCII && character.isNumber
}
