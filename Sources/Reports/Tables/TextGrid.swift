/// Text laid out in columns for a terminal of limited width.
///
/// Wide columns of words are narrowed first, the widest before the others, and their cells wrap.
/// Where that is not enough, the columns are told in several blocks, each with the first column.
struct TextGrid {
  let headers: [String]
  let rightAligned: [Bool]
  let rows: [[String]]

  private static let gap = 2
  /// Words are not squeezed below this width.
  private static let narrowest = 12
  /// The first column names the row: it is squeezed no further than this.
  private static let name = 20

  init(headers: [String], rightAligned: [Bool], rows: [[String]]) {
    self.headers = headers
    self.rightAligned = rightAligned
    self.rows = rows.map { $0.map(printable) }
  }

  func text(width: Int) -> String {
    precondition(width >= 30, "a table needs a terminal of at least 30 characters")
    let widths = columnWidths(limit: width)
    return blocks(of: widths, limit: width)
      .map { block(columns: $0, widths: widths) }
      .joined(separator: "\n")
  }

  private func columnWidths(limit: Int) -> [Int] {
    var widths = headers.indices.map { column in
      let header = headerLines(column).map(terminalWidth).max() ?? 0
      let cells = rows.map { terminalWidth($0[column]) }.max() ?? 0
      return max(2, header, cells)
    }
    for column in headers.indices {
      // Room for the first column beside this one, with the gap between.
      let most = column == 0 ? (limit - Self.gap) / 2 : limit - Self.gap - min(widths[0], limit / 2)
      widths[column] = min(widths[column], most)
    }
    var excess = total(widths) - limit
    while excess > 0, let widest = widestNarrowable(widths) {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + Self.gap * (widths.count - 1)
  }

  private func widestNarrowable(_ widths: [Int]) -> Int? {
    headers.indices
      .filter { !rightAligned[$0] && widths[$0] > ($0 == 0 ? Self.name : Self.narrowest) }
      .max { widths[$0] < widths[$1] }
  }

  /// The columns of each block. The first column names the row and is repeated.
  private func blocks(of widths: [Int], limit: Int) -> [[Int]] {
    var blocks: [[Int]] = []
    var current = [0]
    for column in headers.indices.dropFirst() {
      let candidate = current + [column]
      if total(candidate.map { widths[$0] }) > limit, current.count > 1 {
        blocks.append(current)
        current = [0, column]
      } else {
        current = candidate
      }
    }
    return blocks + [current]
  }

  private func block(columns: [Int], widths: [Int]) -> String {
    let rule = columns.map { [String(repeating: "-", count: widths[$0])] }
    let head = columns.map { wrap(headerLines($0).joined(separator: "\n"), to: widths[$0]) }
    var lines = paragraph(bottomAligned(head), columns: columns, widths: widths)
    lines += paragraph(rule, columns: columns, widths: widths)
    for row in rows {
      let cells = columns.map { wrap(row[$0], to: widths[$0]) }
      lines += paragraph(cells, columns: columns, widths: widths)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A header breaks at underscores where its column is narrower than it.
  private func headerLines(_ column: Int) -> [String] {
    let cells = rows.map { terminalWidth($0[column]) }.max() ?? 0
    var lines: [String] = []
    for piece in headers[column].split(separator: "_", omittingEmptySubsequences: false) {
      if let last = lines.last, last.count + 1 + piece.count <= max(cells, 8) {
        lines[lines.count - 1] = last + "_" + piece
      } else {
        lines.append(String(piece))
      }
    }
    return lines
  }

  private func bottomAligned(_ cells: [[String]]) -> [[String]] {
    let height = cells.map(\.count).max() ?? 0
    return cells.map { Array(repeating: "", count: height - $0.count) + $0 }
  }

  /// The lines of one row, as many as its tallest cell has.
  private func paragraph(_ cells: [[String]], columns: [Int], widths: [Int]) -> [String] {
    let height = cells.map(\.count).max() ?? 0
    return (0..<height).map { index in
      let line = zip(columns, cells).map { column, lines in
        let text = index < lines.count ? lines[index] : ""
        let padding = String(repeating: " ", count: widths[column] - terminalWidth(text))
        return rightAligned[column] ? padding + text : text + padding
      }
      return trimmed(line.joined(separator: String(repeating: " ", count: Self.gap)))
    }
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
