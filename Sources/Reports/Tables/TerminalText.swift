/// The number of character cells that a text fills in a terminal.
///
/// Ideographs and their kin fill two, combining marks none (Unicode Standard Annex 11, in the
/// blocks that names of devices and vendors are likely to use).
func terminalWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in
    guard let scalar = character.unicodeScalars.first?.value else { return width }
    return width + (isWide(scalar) ? 2 : 1)
  }
}

private func isWide(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    true
  default: false
  }
}

/// The text with each control character as a blank: a file must not steer the reader's terminal.
func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var clean = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { clean.append(isControl(scalar) ? " " : scalar) }
  return String(clean)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.generalCategory == .control
}

/// Lines no wider than `width`, broken at blanks where possible and inside a word where not.
func wrap(_ text: String, to width: Int) -> [String] {
  precondition(width >= 2, "a line has room for one wide character")
  var lines: [String] = []
  for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
    var line = ""
    for word in paragraph.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if terminalWidth(line) + 1 + terminalWidth(String(word)) <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
      while terminalWidth(line) > width { lines.append(cutFront(&line, width)) }
    }
    lines.append(line)
  }
  return lines
}

/// Takes as many characters from the front of a text as fit.
private func cutFront(_ text: inout String, _ width: Int) -> String {
  var front = ""
  var used = 0
  while let next = text.first, used + terminalWidth(String(next)) <= width {
    used += terminalWidth(String(next))
    front.append(text.removeFirst())
  }
  return front
}
