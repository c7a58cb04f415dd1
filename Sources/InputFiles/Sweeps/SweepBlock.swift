/// The `sweep` block of a scenario as its file writes it, whatever is wrong with it: what is to be tried, and
/// where a fault of it is told.
struct SweepBlock {
  /// A text with the place where it stands.
  struct Word {
    var text: String
    var place: Place
  }

  struct Axis {
    var field: Word
    /// All values of a list, or both ends of a range.
    var values: [Word]
    var isList: Bool
  }

  private(set) var axes: [Axis] = []

  /// - Returns: Nil where the file has no such block.
  init?(_ root: YAMLNode?, file: String) {
    guard let block = root?.entry("sweep") else { return nil }
    guard let fields = block.value.entry("fields"), case .list(let items) = fields.value.content
    else { return }
    for (index, item) in items.enumerated() {
      let key = "sweep.fields[\(index + 1)]"
      let word = { (name: String) -> Word? in
        item.entry(name).flatMap {
          Word($0.value, at: Place(file: file, line: $0.value.line, key: "\(key).\(name)"))
        }
      }
      guard let field = word("field") else { continue }
      var axis = Axis(field: field, values: ["from", "to"].compactMap(word), isList: false)
      if case .list(let values)? = item.entry("values")?.value.content {
        axis.isList = true
        axis.values = values.enumerated().compactMap { number, value in
          Word(
            value,
            at: Place(file: file, line: value.line, key: "\(key).values[\(number + 1)]"))
        }
      }
      axes.append(axis)
    }
  }
}

extension SweepBlock.Word {
  fileprivate init?(_ node: YAMLNode, at place: Place) {
    guard case .value(let text, _) = node.content else { return nil }
    self.init(text: text, place: place)
  }
}

extension YAMLNode {
  fileprivate func entry(_ key: String) -> YAMLEntry? {
    guard case .table(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }
}
