/// A whole table in memory.
public struct CSVTable: Sendable {
  /// The name that faults carry.
  public let name: String
  /// At least one.
  public let rows: [CSVRow]

  /// The column names, in their order.
  public var columns: [String] { rows.first?.header.columns ?? [] }

  /// Reads all rows. For tables that may not fit in memory, use `CSVReader.forEachRow`.
  ///
  /// - Throws: `CSVError` with all faults of the file, or for more than `limit` bytes of text.
  public init(_ reader: CSVReader, limit: Int = 100_000_000) throws {
    var rows: [CSVRow] = []
    var size = 0
    do {
      try reader.forEachRow { row in
        size += row.fields.reduce(row.fields.count) { $0 + $1.utf8.count }
        guard size <= limit else { throw TooLarge() }
        rows.append(row)
      }
    } catch is TooLarge {
      throw CSVError([CSVFault(file: reader.name, cause: .fileTooLarge(limit: limit))])
    }
    name = reader.name
    self.rows = rows
  }

  /// Reads a file.
  public init(path: String, required: [String] = []) throws {
    try self.init(CSVReader(path: path, required: required))
  }
}

/// Ends the reading at once, which a `CSVError` would not.
private struct TooLarge: Error {}
