/// One thing that is wrong with a CSV file: where, what, and how to mend it.
public struct CSVFault: Error, Hashable, Sendable {
  public var file: String
  /// Counted from 1; absent where the file as a whole is at fault.
  public var line: Int?
  public var column: String?
  public var cause: Cause

  public init(file: String, line: Int? = nil, column: String? = nil, cause: Cause) {
    self.file = file
    self.line = line
    self.column = column
    self.cause = cause
  }

  public enum Cause: Hashable, Sendable {
    /// The system refused to open or read the file; its words.
    case unreadable(String)
    case empty
    case noRows
    case missingColumn(present: [String])
    case duplicateColumn
    case unnamedColumn(position: Int)
    case ragged(fields: Int, columns: Int)
    /// A quote inside an unquoted field, or text after a closing quote.
    case misplacedQuote(rowBegins: Int)
    case unterminatedQuote
    case nulByte
    case invalidUTF8
    case fieldTooLong(limit: Int)
    case fileTooLarge(limit: Int)
    case emptyValue
    case notANumber(String)
    case notAnInteger(String)
    /// A number that must be above 0, and not absurdly large.
    case notPositive(String)
    /// A count below 0.
    case negative(String)
    /// A number that an earlier row of the same group has.
    case repeated(String)
    /// Groups of rows that should be of one size are not, or all hold nothing.
    case unevenGroups
    /// A word that must be one of a few.
    case notAWord(String, [String])
  }
}

/// All faults that one reading of a file found.
public struct CSVError: Error, Sendable {
  public var faults: [CSVFault]

  public init(_ faults: [CSVFault]) { self.faults = faults }
}
