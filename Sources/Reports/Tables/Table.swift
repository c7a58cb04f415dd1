import CSV

/// Rows under columns, in the order given: the one form that every report is rendered from.
public struct Table<Row: Sendable>: Sendable {
  public let columns: [Column<Row>]
  public let rows: [Row]

  /// - Parameter columns: At least one, no two with the same header.
  public init(columns: [Column<Row>], rows: [Row]) {
    precondition(!columns.isEmpty, "a table has at least one column")
    let headers = Set(columns.map(\.header))
    precondition(headers.count == columns.count, "a table has no two columns of one name")
    self.columns = columns
    self.rows = rows
  }

  /// The table in the form that the user asked for.
  public func text(_ format: TableFormat) -> String {
    switch format {
    case .table: terminalText()
    case .csv: csvText
    case .json: jsonText
    }
  }

  /// The table as CSV: one header line, then one line a row.
  public var csvText: String {
    var writer = CSVWriter(columns: columns.map(\.header))
    for row in rows { writer.append(columns.map { $0.cell(row).plain }) }
    return writer.text
  }

  /// The table as a JSON array with one object a row; an absent value is `null`.
  public var jsonText: String {
    let objects = rows.map { row in
      let members = columns.map { "\(jsonString($0.header)): \(json($0.cell(row)))" }
      return "  {\(members.joined(separator: ", "))}"
    }
    return objects.isEmpty ? "[]\n" : "[\n\(objects.joined(separator: ",\n"))\n]\n"
  }

  /// The table for a terminal: aligned, no line longer than `width` characters.
  public func terminalText(width: Int = 100) -> String {
    let cells = rows.map { row in columns.map { $0.cell(row) } }
    let grid = TextGrid(
      headers: columns.map(\.header), rightAligned: columns.map(\.isNumber),
      rows: cells.map { $0.map(\.plain) })
    return grid.text(width: width)
  }
}

/// The forms in which a table can be printed.
public enum TableFormat: String, CaseIterable, Sendable {
  case table, csv, json
}

private func json(_ cell: Cell) -> String {
  switch cell {
  case .absent: "null"
  case .text(let text): jsonString(text)
  case .number(let text): text
  }
}

/// A JSON string literal (RFC 8259, section 7).
private func jsonString(_ text: String) -> String {
  var literal = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": literal += "\\\""
    case "\\": literal += "\\\\"
    case "\n": literal += "\\n"
    case "\r": literal += "\\r"
    case "\t": literal += "\\t"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: literal.unicodeScalars.append(scalar)
    }
  }
  return literal + "\""
}
