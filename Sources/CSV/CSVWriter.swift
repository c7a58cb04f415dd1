import CCSV

/// Writes a table as CSV text, with `\n` line ends and quotes only where they are needed.
///
/// Numbers are handed in as text already; what they look like is the caller's choice.
public struct CSVWriter: Sendable {
  /// What has been written so far.
  public private(set) var text = ""

  public init(columns: [String]) { append(columns) }

  public mutating func append(_ fields: [String]) { text += Self.line(fields) }

  /// One line of CSV with its line end.
  public static func line(_ fields: [String]) -> String {
    // A line break alone would be skipped as a blank line when it is read.
    if fields == [""] { return "\"\"\n" }
    return fields.map(field).joined(separator: ",") + "\n"
  }

  /// One field, quoted by libcsv if a reader would otherwise take it apart or trim it.
  static func field(_ text: String) -> String {
    guard needsQuotes(text) else { return text }
    let source = Array(text.utf8)
    let size = csv_write(nil, 0, source, source.count)
    let quoted = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = csv_write(buffer.baseAddress, size, source, source.count)
    }
    return String(decoding: quoted, as: UTF8.self)
  }

  private static func needsQuotes(_ text: String) -> Bool {
    let bytes = text.utf8
    let isBlank: (UInt8?) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    if isBlank(bytes.first) || isBlank(bytes.last) { return true }
    return bytes.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
  }
}
