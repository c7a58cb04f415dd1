/// The deepest nesting of lists and tables. Real files reach 6.
let depthLimit = 32

/// What one file says as YAML: its root, if it could be read to the end, and what is wrong with it.
struct YAMLDocument {
  /// Nil where the file is empty, or broken beyond reading.
  var root: YAMLNode?
  var faults: [CauseError] = []
  /// Whether the file holds no value at all.
  var isEmpty: Bool { root == nil && faults.isEmpty }
}

/// Reads the YAML document of a file. A file that cannot be read is a document with that fault.
func readYAML(at path: String) -> YAMLDocument {
  switch readText(at: path) {
  case .success(let bytes): composeYAML(bytes)
  case .failure(let error): YAMLDocument(faults: [error])
  }
}

/// Reads one YAML document without recursion and without resolving aliases.
func composeYAML(_ bytes: [UInt8]) -> YAMLDocument {
  if let fault = textFault(bytes) { return YAMLDocument(faults: [fault]) }
  return bytes.withUnsafeBufferPointer { text in
    var composer = YAMLComposer()
    var events = YAMLEvents(text)
    do throws(CauseError) {
      while try composer.take(events.next()) {}
    } catch {
      composer.root = nil
      composer.faults.append(explained(error, in: text))
    }
    return YAMLDocument(root: composer.root, faults: composer.faults)
  }
}

/// What keeps the bytes from being text that libyaml may see.
///
/// Directives are refused here because libyaml compares each with all before it: a file of nothing
/// else would take minutes.
private func textFault(_ bytes: [UInt8]) -> CauseError? {
  var line = 1
  var atLineStart = true
  for byte in bytes {
    if atLineStart, byte == UInt8(ascii: "%") { return CauseError(.yaml(.directive), line: line) }
    if byte < 0x20, ![0x09, 0x0A, 0x0D].contains(byte) {
      return CauseError(.file(.notText(byte: byte)), line: line)
    }
    atLineStart = byte == 0x0A || byte == 0x0D
    if byte == 0x0A { line += 1 }
  }
  if String(validating: bytes, as: UTF8.self) != nil { return nil }
  return CauseError(.file(.notUTF8), line: lineOfInvalidUTF8(bytes))
}

/// The first line, counted from 1, that is not UTF-8 by itself. No line break is part of a longer
/// character, so lines can be looked at one by one.
private func lineOfInvalidUTF8(_ bytes: [UInt8]) -> Int {
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
  return (index ?? 0) + 1
}

/// Tells a tab apart from the other syntax errors: it is the one that cannot be seen.
private func explained(_ error: CauseError, in text: UnsafeBufferPointer<UInt8>) -> CauseError {
  let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
  guard lines.indices.contains(error.line - 1) else { return error }
  let indentation = lines[error.line - 1].prefix { $0 == 0x20 || $0 == 0x09 }
  return indentation.contains(0x09) ? CauseError(.yaml(.tab), line: error.line) : error
}

/// Builds the tree from events, with the open lists and tables on a stack of its own.
private struct YAMLComposer {
  private struct Open {
    var isTable: Bool
    var line: Int
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var key: (text: String, line: Int)?
  }

  var root: YAMLNode?
  var faults: [CauseError] = []
  private var open: [Open] = []
  private var documents = 0

  /// Takes one event; returns whether more are wanted.
  mutating func take(_ event: YAMLEvent) throws(CauseError) -> Bool {
    if let name = event.anchor { refuse(.anchor(name: name), event) }
    if let name = event.tag { refuse(.tag(name: name), event) }
    switch event.kind {
    case .streamEnd: return false
    case .documentStart:
      documents += 1
      if documents > 1 { throw CauseError(.yaml(.severalDocuments), line: event.line) }
    case .listStart, .tableStart:
      guard open.count < depthLimit else {
        throw CauseError(.yaml(.tooDeep(limit: depthLimit)), line: event.line)
      }
      if case .tableStart = event.kind {
        open.append(Open(isTable: true, line: event.line))
      } else {
        open.append(Open(isTable: false, line: event.line))
      }
    case .collectionEnd: close()
    case .value(let text, let quoted):
      add(YAMLNode(content: .value(text, quoted: quoted), line: event.line))
    case .alias(let name):
      refuse(.alias(name: name), event)
      add(YAMLNode(content: .refused, line: event.line))
    case .streamStart, .documentEnd: break
    }
    return true
  }

  private mutating func refuse(_ cause: YAMLCause, _ event: YAMLEvent) {
    report(cause, line: event.line)
  }

  private mutating func report(_ cause: YAMLCause, line: Int) {
    guard faults.count < mostFaults else { return }
    faults.append(CauseError(.yaml(cause), line: line, key: path))
  }

  /// The keys that lead to the value being read, each cut where it is no key at all.
  private var path: String {
    open.reduce("") { path, level in
      guard level.isTable else { return "\(path)[\(level.items.count + 1)]" }
      return joined(path, String((level.key?.text ?? "").prefix(80)))
    }
  }

  private mutating func close() {
    guard let done = open.popLast() else { return }
    let content: YAMLNode.Content = done.isTable ? .table(done.entries) : .list(done.items)
    add(YAMLNode(content: content, line: done.line))
  }

  private mutating func add(_ node: YAMLNode) {
    guard let top = open.indices.last else {
      root = node
      return
    }
    if !open[top].isTable {
      open[top].items.append(node)
    } else if let key = open[top].key {
      enter(YAMLEntry(key: key.text, line: key.line, value: node), at: top)
      open[top].key = nil
    } else {
      open[top].key = (keyText(of: node), node.line)
    }
  }

  /// The text of a key, or an empty one, which is then left out, where it is told to be no key.
  private mutating func keyText(of node: YAMLNode) -> String {
    switch node.content {
    case .value("<<", quoted: false):
      report(.mergeKey, line: node.line)
      return ""
    case .value(let text, _) where !node.isNull && !text.isEmpty: return text
    case .refused: return ""
    default:
      report(.keyNotText, line: node.line)
      return ""
    }
  }

  private mutating func enter(_ entry: YAMLEntry, at level: Int) {
    if entry.key.isEmpty { return }
    if let first = open[level].lines[entry.key] {
      report(.duplicateKey(firstLine: first), line: entry.line)
    } else {
      open[level].lines[entry.key] = entry.line
      open[level].entries.append(entry)
    }
  }
}

/// The path of a key inside the table at a path.
func joined(_ path: String, _ key: String) -> String {
  if path.isEmpty { return key }
  return key.isEmpty ? path : "\(path).\(key)"
}
