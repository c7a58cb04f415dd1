extension CSVFault: CustomStringConvertible {
  /// The fault in one line: `runs.csv:7: layers: '6o' is not a whole number. Write digits only.`
  public var description: String {
    let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return [place, column, cause.words].compactMap { $0 }.joined(separator: ": ")
  }
}

extension CSVError: CustomStringConvertible {
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension CSVFault.Cause {
  var words: String {
    switch self {
    case .unreadable(let reason):
      "cannot be read: \(reason). Check the path and its permissions."
    case .empty:
      "the file is empty. Its first line must name the columns."
    case .noRows:
      "the file has a header but no rows. Add at least one."
    case .missingColumn(let present):
      "the column is missing. The header has \(Self.list(present))."
    case .duplicateColumn:
      "two columns have this name. Rename or remove one."
    case .unnamedColumn(let position):
      "column \(position) has no name. Name it in the header, or remove it."
    case .ragged(let fields, let columns):
      "the row has \(fields) \(fields == 1 ? "field" : "fields"), but the header has \(columns). "
        + "Quote a field that holds a comma or a line break, and keep empty fields."
    case .misplacedQuote(let rowBegins):
      "a quote is out of place in the row that begins on line \(rowBegins). "
        + "Put the whole field in quotes and double each quote inside it."
    case .unterminatedQuote:
      "a quoted field of this row never ends. Add the closing quote."
    case .nulByte:
      "the text holds a NUL byte. Save the file as UTF-8 text."
    case .invalidUTF8:
      "the text is not valid UTF-8. Save the file as UTF-8 text."
    case .fieldTooLong(let limit):
      "a field is longer than \(limit) bytes. Look for a missing closing quote."
    case .fileTooLarge(let limit):
      "the file is larger than \(limit) bytes. Split it into several files."
    case .emptyValue:
      "the value is empty. Write a number."
    case .notANumber(let text):
      "'\(Self.cut(text))' is not a finite number. Write one such as 12.5 or 3e6."
    case .notAnInteger(let text):
      "'\(Self.cut(text))' is not a whole number. Write digits only."
    case .notPositive(let text):
      "'\(Self.cut(text))' is not a plausible number above 0. Write one such as 12.5 or 3e6."
    case .negative(let text):
      "'\(Self.cut(text))' is below 0. Write a count."
    case .repeated(let text):
      "'\(Self.cut(text))' stands twice in its group of rows. Keep one."
    case .unevenGroups:
      "not every group of rows up to here has the same number, or all are 0. Complete the table."
    case .notAWord(let text, let words):
      "'\(Self.cut(text))' is none of \(Self.list(words)). Write one of them."
    }
  }

  /// The first names of a long list, so that a wide header does not fill the screen.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map { "'\(cut($0))'" }.joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }

  private static func cut(_ text: String) -> String {
    text.count > 40 ? "\(text.prefix(37))..." : text
  }
}
