/// One step of a path of keys: `devices`, or the `[2]` of `fleets[2]`, counted from 1.
private enum Step {
  case key(String)
  case entry(Int)
}

extension YAMLDocument {
  /// Puts other values in the place of some that the document holds.
  ///
  /// A faulty document is left as it is: its faults are told first.
  mutating func replace(_ overrides: [Override]) {
    for override in overrides {
      guard faults.isEmpty, let root else { return }
      do throws(CauseError) {
        let value = try parsed(override.text)
        self.root = try root.replacing(steps(of: override.field.key)[...], with: value)
      } catch {
        faults.append(CauseError(error.cause, line: error.line, key: override.field.key))
      }
    }
  }
}

extension YAMLNode {
  /// The same node with another value at a path. A key that is not there yet is added, so that the
  /// reader of the file decides whether it may stand there.
  fileprivate func replacing(
    _ path: ArraySlice<Step>, with value: YAMLNode
  ) throws(CauseError) -> YAMLNode {
    guard let step = path.first else { return replacingAmount(with: value) }
    var copy = self
    switch (step, content) {
    case (.key(let key), .table(var entries)):
      let absent = YAMLEntry(key: key, line: line, value: YAMLNode(content: .table([]), line: line))
      let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
      if index == entries.endIndex { entries.append(absent) }
      entries[index].value = try entries[index].value.replacing(path.dropFirst(), with: value)
      copy.content = .table(entries)
    case (.entry(let number), .list(var items)):
      guard items.indices.contains(number - 1) else {
        throw CauseError(.key(.noEntry(number: number, count: items.count)), line: line)
      }
      items[number - 1] = try items[number - 1].replacing(path.dropFirst(), with: value)
      copy.content = .list(items)
    case (.key, _): throw CauseError(.key(.notInside(shape, wanted: .table)), line: line)
    case (.entry, _): throw CauseError(.key(.notInside(shape, wanted: .list)), line: line)
    }
    return copy
  }

  /// A number with an origin keeps its origin, and is no longer unsure: what it may be was said of the value
  /// that is gone. Anything else is replaced whole.
  private func replacingAmount(with value: YAMLNode) -> YAMLNode {
    var copy = self
    if case .value = value.content, case .table(var entries) = content,
      let amount = entries.firstIndex(where: { $0.key == "value" })
    {
      entries[amount].value.content = value.content
      let kept = entries.filter { !spreadKeys.contains($0.key) }
      copy.content = kept.count == 1 ? value.content : .table(kept)
    } else {
      copy.content = value.content
    }
    return copy
  }
}

/// The keys beside `value` that say how unsure a number is.
private let spreadKeys = ["between", "distribution", "samples"]

private func parsed(_ text: String) throws(CauseError) -> YAMLNode {
  let document = composeYAML(Array(text.utf8))
  if let fault = document.faults.first { throw CauseError(fault.cause) }
  return document.root ?? YAMLNode(content: .value("", quoted: false), line: 0)
}

/// `fleets[2].devices` as the key `fleets`, the entry 2 and the key `devices`.
private func steps(of path: String) -> [Step] {
  path.split(separator: ".", omittingEmptySubsequences: false).flatMap { word -> [Step] in
    let parts = word.split(separator: "[", omittingEmptySubsequences: false)
    let entries = parts.dropFirst().map { $0.hasSuffix("]") ? Int($0.dropLast()) : nil }
    guard let key = parts.first, entries.allSatisfy({ $0 != nil }) else {
      return [.key(String(word))]
    }
    return [.key(String(key))] + entries.compactMap(\.self).map(Step.entry)
  }
}
