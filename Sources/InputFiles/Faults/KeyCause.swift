/// What is wrong with the keys of a table, or with the shape of a value.
public enum KeyCause: Hashable, Sendable {
  case unknown(nearest: String?, known: [String])
  /// What follows a comma in a number between braces.
  case splitNumber
  /// `example` is the key with a right value.
  case missing(example: String)
  case noValue(example: String)
  case wrongShape(found: Shape, wanted: [Shape], example: String)
  /// A number of a profile that does not tell where it comes from.
  case noOrigin(text: String)
  case emptyList(example: String)
  case tooMany(count: Int, limit: Int)
  case both([String])
  case neither([String], example: String)
  case onlyWith([String])
  /// An override of an entry that a list does not have; entries count from 1.
  case noEntry(number: Int, count: Int)
  /// An override of a key or an entry of something that has none.
  case notInside(Shape, wanted: Shape)

  var words: String {
    switch self {
    case .unknown(let nearest?, _): "unknown key. Did you mean \(quoted(nearest))?"
    case .unknown(nil, let known): "unknown key. The keys here are \(listed(known))."
    case .splitNumber: "unknown key. A comma ends a value between braces: write numbers without."
    case .missing(let example): "is missing. Write for example '\(example)'."
    case .noValue(let example): "has no value. Write for example '\(example)'."
    case .wrongShape(let found, let wanted, let example):
      "is \(found.words), and must be \(alternatives(wanted.map(\.words))). Write for example '\(example)'."
    case .noOrigin(let text):
      """
      \(quoted(text)) does not say where it comes from. Write \
      '{value: \(shown(text)), kind: specified, source: ...}'.
      """
    case .emptyList(let example): "holds nothing. Write for example '\(example)'."
    case .tooMany(let count, let limit):
      "has \(count) entries, and \(limit) are the most that are read. Write fewer."
    case .both(let keys):
      "\(keys.map(quoted).joined(separator: " and ")) exclude each other. Keep one."
    case .neither(let keys, let example):
      "needs \(alternatives(keys.map(quoted))). Write for example '\(example)'."
    case .onlyWith(let keys):
      """
      has a meaning only with \(alternatives(keys.map(quoted))). Add that, or leave this out.
      """
    case .noEntry(let number, let count):
      "has no entry \(number): the list has \(count). Entries count from 1."
    case .notInside(let found, let wanted):
      "leads into \(found.words). Write out \(wanted.words) in the file, or vary the whole value."
    }
  }
}

/// The shapes that a YAML value can have.
public enum Shape: Hashable, Sendable {
  case value, list, table

  var words: String {
    switch self {
    case .value: "a single value"
    case .list: "a list"
    case .table: "a table of keys"
    }
  }
}
