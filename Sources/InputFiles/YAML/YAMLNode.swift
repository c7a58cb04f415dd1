/// A value of a YAML file with the line it starts on.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// A plain or quoted scalar. Its type is not guessed: the field that reads it decides.
    case value(String, quoted: Bool)
    case list([YAMLNode])
    case table([YAMLEntry])
    /// Something that was refused and told already, such as an alias.
    case refused
  }

  var content: Content
  /// Counted from 1.
  var line: Int

  var shape: Shape {
    switch content {
    case .value, .refused: .value
    case .list: .list
    case .table: .table
    }
  }

  /// Whether a key stands there with nothing after it.
  var isNull: Bool {
    guard case .value(let text, quoted: false) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}

/// One key of a table with its value.
struct YAMLEntry: Sendable {
  var key: String
  var line: Int
  var value: YAMLNode
}
