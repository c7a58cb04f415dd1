/// The column names of a table, in their order.
public final class CSVHeader: Sendable {
  public let columns: [String]
  private let positions: [String: Int]

  /// - Parameter columns: Names, no two alike.
  public init(_ columns: [String]) {
    self.columns = columns
    positions = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
  }

  public func position(of column: String) -> Int? { positions[column] }

  public func has(_ column: String) -> Bool { positions[column] != nil }
}

/// One row of a table, whose fields are reached by column name.
///
/// Blanks around an unquoted field are not part of it. An absent column and an empty field read
/// alike; a reader that cannot do without a column names it as required.
public struct CSVRow: Sendable {
  /// The file's name as it appears in faults.
  public let file: String
  /// The line that the row begins on, counted from 1.
  public let line: Int
  public let header: CSVHeader
  /// As many as the header has columns.
  public let fields: [String]

  public init(file: String, line: Int, header: CSVHeader, fields: [String]) {
    precondition(fields.count == header.columns.count, "a row has a field for each column")
    self.file = file
    self.line = line
    self.header = header
    self.fields = fields
  }

  /// The text of a field, empty where the table has no such column.
  public subscript(column: String) -> String {
    header.position(of: column).map { fields[$0] } ?? ""
  }

  /// The text of a field, or nil where it is empty or the table has no such column.
  public func text(_ column: String) -> String? {
    let text = self[column]
    return text.isEmpty ? nil : text
  }

  /// The finite number of a field that must hold one.
  public func number(_ column: String) throws(CSVError) -> Double {
    guard let number = try optionalNumber(column) else { throw error(column, .emptyValue) }
    return number
  }

  /// The finite number of a field, or nil where it is empty.
  public func optionalNumber(_ column: String) throws(CSVError) -> Double? {
    guard let text = text(column) else { return nil }
    guard let number = finiteNumber(text) else { throw error(column, .notANumber(text)) }
    return number
  }

  /// The whole number of a field that must hold one.
  public func integer(_ column: String) throws(CSVError) -> Int {
    guard let integer = try optionalInteger(column) else { throw error(column, .emptyValue) }
    return integer
  }

  /// The whole number of a field, or nil where it is empty.
  public func optionalInteger(_ column: String) throws(CSVError) -> Int? {
    guard let text = text(column) else { return nil }
    guard let integer = Int(text) else { throw error(column, .notAnInteger(text)) }
    return integer
  }

  /// A fault at this row, for a reader that finds a value wrong in its own way.
  public func error(_ column: String, _ cause: CSVFault.Cause) -> CSVError {
    CSVError([CSVFault(file: file, line: line, column: column, cause: cause)])
  }
}

/// The finite decimal number that a text is, such as `12.5`, `-3` or `1e6`; nil for all else.
///
/// Swift's own conversion also takes `nan`, `infinity` and hexadecimal notation: not ours.
public func finiteNumber(_ text: String) -> Double? {
  let allowed: (UInt8) -> Bool = { byte in
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
  guard text.utf8.allSatisfy(allowed), let number = Double(text), number.isFinite else {
    return nil
  }
  return number
}
