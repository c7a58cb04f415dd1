/// Reads a table: checks its header, then gives out its rows one by one.
///
/// Faults of single rows are collected, so that one reading tells them all; after the 20th, or
/// where libcsv loses its footing, the reading ends.
public struct CSVReader {
  /// The name that faults carry.
  public let name: String
  /// Columns that the table must have; others are welcome.
  public let required: [String]
  private let source: ByteSource

  /// Reads a file, a pipe or another thing with a path.
  public init(path: String, required: [String] = []) {
    name = path
    self.required = required
    source = .path(path)
  }

  /// Reads text at hand.
  public init(text: String, name: String, required: [String] = []) {
    self.init(bytes: Array(text.utf8), name: name, required: required)
  }

  /// Reads bytes at hand.
  public init(bytes: [UInt8], name: String, required: [String] = []) {
    self.name = name
    self.required = required
    source = .bytes(bytes)
  }

  /// Calls a closure for each row, in the order of the file.
  ///
  /// A `CSVError` that the closure throws joins the faults found so far and the reading goes on;
  /// any other error ends it. Memory use does not grow with the file.
  ///
  /// - Throws: `CSVError` with all faults; an empty table, with or without a header, is one.
  public func forEachRow(_ body: (CSVRow) throws -> Void) throws {
    let reading = Reading(name: name, required: required)
    withoutActuallyEscaping(body) { body in
      let parser = CSVParser { line, fields in
        reading.take(fields, line: line, body)
        return reading.goesOn
      }
      do throws(CSVFault) {
        try source.forEachPiece(name: name) { piece in
          parser.feed(piece)
          return !parser.stopped
        }
        parser.finish()
      } catch {
        reading.faults.append(error)
      }
      if let failure = parser.failure {
        reading.faults.append(CSVFault(file: name, line: failure.line, cause: failure.cause))
      }
    }
    try reading.end()
  }
}

/// What one reading has found so far.
private final class Reading {
  let name: String
  let required: [String]
  var faults: [CSVFault] = []
  private var header: CSVHeader?
  private var rows = 0
  private var foreign: (any Error)?

  init(name: String, required: [String]) {
    self.name = name
    self.required = required
  }

  var goesOn: Bool { foreign == nil && faults.count < 20 }

  func take(_ fields: [String], line: Int, _ body: (CSVRow) throws -> Void) {
    guard let header else { return takeHeader(fields, line: line) }
    rows += 1
    guard fields.count == header.columns.count else {
      let cause = CSVFault.Cause.ragged(fields: fields.count, columns: header.columns.count)
      return faults.append(CSVFault(file: name, line: line, cause: cause))
    }
    do {
      try body(CSVRow(file: name, line: line, header: header, fields: fields))
    } catch let error as CSVError {
      faults += error.faults
    } catch {
      foreign = error
    }
  }

  /// Checks the column names. After a fault here rows would mean nothing: the reading ends.
  private func takeHeader(_ names: [String], line: Int) {
    var seen: Set<String> = []
    for (index, column) in names.enumerated() {
      if column.isEmpty {
        report(line, nil, .unnamedColumn(position: index + 1))
      } else if !seen.insert(column).inserted {
        report(line, column, .duplicateColumn)
      }
    }
    for column in required where !seen.contains(column) {
      report(line, column, .missingColumn(present: names))
    }
    if faults.isEmpty { header = CSVHeader(names) } else { foreign = CSVError(faults) }
  }

  private func report(_ line: Int, _ column: String?, _ cause: CSVFault.Cause) {
    faults.append(CSVFault(file: name, line: line, column: column, cause: cause))
  }

  func end() throws {
    if let foreign { throw foreign }
    if faults.isEmpty, header == nil { faults.append(CSVFault(file: name, cause: .empty)) }
    if faults.isEmpty, rows == 0 { faults.append(CSVFault(file: name, cause: .noRows)) }
    if !faults.isEmpty { throw CSVError(faults) }
  }
}
