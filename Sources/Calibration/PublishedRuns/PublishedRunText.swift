import CSV

/// The numbers that stand in a text, in their order: 2304 and 9216 in `2304 to 9216`.
///
/// A comma between digits is a thousands separator. Digits that follow a letter belong to a name
/// (`fp8`, `H100`) and are left out.
func numbers(in text: String) -> [Double] {
  let characters = Array(text)
  let isDigit: (Int) -> Bool = {
    $0 < characters.count && characters[$0].isASCII && characters[$0].isNumber
  }
  var found: [Double] = []
  var index = 0
  while index < characters.count {
    guard isDigit(index) else {
      index += 1
      continue
    }
    let isPartOfName = index > 0 && characters[index - 1].isLetter
    var digits = ""
    while isDigit(index) || (index < characters.count && isDigit(index + 1)) {
      let character = characters[index]
      guard isDigit(index) || character == "," || (character == "." && !digits.contains("."))
      else { break }
      if character != "," { digits.append(character) }
      index += 1
    }
    if !isPartOfName, let number = finiteNumber(digits) { found.append(number) }
  }
  return found
}

/// The one number that a cell states, about or exactly; nil for bounds and ranges.
func singleNumber(_ text: String) -> Double? {
  var plain = text.filter { $0 != "," }
  for prefix in ["~", "≈", "about ", "ca. "] where plain.hasPrefix(prefix) {
    plain.removeFirst(prefix.count)
  }
  return finiteNumber(plain)
}

/// The number right before a word, such as 1 in `w/ 1 MTP layer` for `MTP`; blanks may stand
/// between.
func number(before word: String, in text: String) -> Double? {
  guard let range = text.range(ofFolded: word) else { return nil }
  return numbers(in: String(text[..<range.lowerBound])).last
}

/// Whether a cell says that its value is unknown rather than saying a value.
func saysNothing(_ text: String) -> Bool {
  let plain = text.lowercased()
  return ["", "-", "/", "?", "n/a", "na", "none stated", "not stated", "unknown", "not printed"]
    .contains(plain)
}

extension String {
  /// Whether a word occurs, in upper or lower case.
  func mentions(_ word: String) -> Bool { range(ofFolded: word) != nil }

  func mentions(anyOf words: [String]) -> Bool { words.contains { mentions($0) } }

  /// Where a text occurs first, in upper or lower case.
  func range(ofFolded text: String) -> Range<String.Index>? {
    let wanted = Array(text.lowercased())
    guard !wanted.isEmpty else { return nil }
    var start = startIndex
    while start < endIndex {
      var end = start
      var matched = 0
      while matched < wanted.count, end < endIndex,
        self[end].lowercased() == String(wanted[matched])
      {
        end = index(after: end)
        matched += 1
      }
      if matched == wanted.count { return start..<end }
      start = index(after: start)
    }
    return nil
  }
}
