import Foundation
import Planner

/// All files of one kind, each read once.
public final class Shelf<Value> {
  public let kind: FileKind
  private let root: String
  private let form: (_ id: String) -> Form<Value>
  /// The values that stand for those in the files, by the name of the file.
  private let overrides: [String: [Override]]
  private var read: [String: Profile<Value>] = [:]
  /// What the files say, by path, before anything is overridden.
  private var documents: [String: YAMLDocument] = [:]

  /// The names of the files that say a word, by the word.
  private var idsByWord: [String: Set<String>] = [:]

  /// The names of the files there, sorted.
  public private(set) lazy var ids: [String] = listIDs()

  init(
    _ kind: FileKind, root: String, overrides: [String: [Override]] = [:],
    form: @escaping (_ id: String) -> Form<Value>
  ) {
    self.kind = kind
    self.root = root
    self.overrides = overrides
    self.form = form
  }

  /// The same files with other values in place of some. Files without any are not read again.
  func overriding(_ overrides: [Override]) -> Shelf {
    let mine = overrides.filter { folder(of: $0.field.file) == kind.folder }
    let byID = Dictionary(grouping: mine) { fileID($0.field.file) }
    guard byID != self.overrides else { return self }
    let shelf = Shelf(kind, root: root, overrides: byID, form: form)
    shelf.ids = ids
    shelf.documents = documents
    shelf.idsByWord = idsByWord
    shelf.read = read.filter { byID[$0.key] == self.overrides[$0.key] }
    return shelf
  }

  /// Every file there, by name; the faults of one do not hide the others.
  public func all() -> [Profile<Value>] { ids.compactMap(load) }

  /// The files that say a word somewhere: no other can list it. The rest is left unread.
  func saying(_ word: String) -> [Profile<Value>] {
    let said = idsByWord[word] ?? Set(ids.filter { says(word, at: path($0)) })
    idsByWord[word] = said
    return ids.filter { said.contains($0) || overrides[$0] != nil }.compactMap(load)
  }

  private func path(_ id: String) -> String { inFolder(root, "\(kind.folder)/\(id).yaml") }

  /// The file of this name, or nil where there is none.
  public func load(_ id: String) -> Profile<Value>? {
    if let profile = read[id] { return profile }
    guard ids.contains(id) else { return nil }
    let profile = load(at: path(id), id: id)
    read[id] = profile
    return profile
  }

  /// Reads a file of this kind that stands anywhere, or a text that stands in no file.
  func load(at path: String, id: String, text: String? = nil) -> Profile<Value> {
    var document = text.map { composeYAML(Array($0.utf8)) } ?? document(at: path)
    document.replace(overrides[id] ?? [])
    return readProfile(
      form(id), kind: kind, id: id, path: path, record: "\(kind.folder)/\(id).yaml",
      hasLines: text == nil, document)
  }

  private func document(at path: String) -> YAMLDocument {
    if let document = documents[path] { return document }
    let document = readYAML(at: path)
    documents[path] = document
    return document
  }

  /// What the kind's files declare at their root.
  var fields: [Table.Field] { form("").fields() }

  private func listIDs() -> [String] {
    let folder = inFolder(root, kind.folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return
      names
      .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".yaml".count)) }
      .filter { ($0 == exchangeRateFile) == (kind == .exchangeRates) }
      .sorted()
  }
}

/// Whether a file that can be read says a word.
private func says(_ word: String, at path: String) -> Bool {
  guard let file = FileManager.default.contents(atPath: path) else { return false }
  let wanted = Array(word.utf8)
  return file.withUnsafeBytes { bytes in
    let starts = 0..<max(0, bytes.count - wanted.count + 1)
    return starts.contains { start in
      bytes[start] == wanted.first && bytes[start...].starts(with: wanted)
    }
  }
}

/// A path inside a folder; the current folder is written as nothing.
func inFolder(_ folder: String, _ path: String) -> String {
  if folder.isEmpty { return path }
  return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
}
