import CCSV

/// libcsv's parser, fed line by line so that each row's line is known.
///
/// libcsv tells neither where it stands nor whether rows are of one width, lets NUL bytes and any
/// encoding pass, and without `CSV_STRICT | CSV_STRICT_FINI` lets one stray quote swallow all rows
/// that follow. All of that is checked here.
final class CSVParser {
  /// Gets each row with the line that it begins on; returns false to stop.
  typealias RowHandler = (_ line: Int, _ fields: [String]) -> Bool

  /// A field longer than this is taken for the work of a missing quote.
  static let fieldLimit = 1 << 20

  private let parser: UnsafeMutablePointer<csv_parser>
  private let onRow: RowHandler
  private var fields: [String] = []
  private var line = 1
  private var rowBegins = 1
  private var insideRow = false
  private(set) var stopped = false
  /// What ended the reading early, with its line.
  private(set) var failure: (line: Int, cause: CSVFault.Cause)?

  init(onRow: @escaping RowHandler) {
    parser = .allocate(capacity: 1)
    let status = csv_init(parser, UInt8(CSV_STRICT | CSV_STRICT_FINI))
    precondition(status == 0, "libcsv refuses only a null parser")
    self.onRow = onRow
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
  }

  /// Parses a piece of the file. Pieces may end anywhere.
  func feed(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty, !stopped {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      parse(UnsafeRawBufferPointer(rebasing: rest[..<end]))
      if rest[end - 1] == UInt8(ascii: "\n") { line += 1 }
      rest = rest[end...]
    }
  }

  /// Ends the file: gives out a last row that has no line break.
  func finish() {
    guard !stopped else { return }
    if csv_fini(parser, takeField, takeRowEnd, context) != 0 {
      fail(line: rowBegins, .unterminatedQuote)
    }
  }

  private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private func parse(_ piece: UnsafeRawBufferPointer) {
    if !insideRow, !piece.allSatisfy(isBlank) {
      insideRow = true
      rowBegins = line
    }
    let read = csv_parse(parser, piece.baseAddress, piece.count, takeField, takeRowEnd, context)
    if stopped { return }
    if read != piece.count {
      fail(line: line, parseFailure())
    } else if parser.pointee.entry_pos > Self.fieldLimit {
      fail(line: rowBegins, .fieldTooLong(limit: Self.fieldLimit))
    }
  }

  private func parseFailure() -> CSVFault.Cause {
    let code = csv_error(parser)
    if code == CSV_EPARSE { return .misplacedQuote(rowBegins: rowBegins) }
    return .unreadable(String(cString: csv_strerror(code)))
  }

  fileprivate func append(_ bytes: UnsafeRawBufferPointer) {
    guard !stopped else { return }
    if bytes.contains(0) { return fail(line: rowBegins, .nulByte) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return fail(line: rowBegins, .invalidUTF8)
    }
    fields.append(text)
  }

  fileprivate func endRow() {
    guard !stopped else { return }
    insideRow = false
    if !onRow(rowBegins, fields) { stopped = true }
    fields.removeAll(keepingCapacity: true)
  }

  private func fail(line: Int, _ cause: CSVFault.Cause) {
    failure = (line, cause)
    stopped = true
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}

private func takeField(
  text: UnsafeMutableRawPointer?, count: Int, context: UnsafeMutableRawPointer?
) {
  guard let context else { return }
  let parser = Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue()
  parser.append(UnsafeRawBufferPointer(start: text, count: count))
}

private func takeRowEnd(terminator: Int32, context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue().endRow()
}
