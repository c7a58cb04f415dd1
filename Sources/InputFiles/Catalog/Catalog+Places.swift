extension Catalog {
  /// Where a key stands in a file, such as `plan.expert` in a scenario, for faults that are found
  /// once the file has been read. A key that is not there stands where the nearest one above it does.
  func place(of key: String, in path: String) -> Place {
    var place = Place(file: path, key: key)
    guard case .success(let bytes) = readText(at: path) else { return place }
    var node = composeYAML(bytes).root
    for word in key.split(separator: ".") {
      guard case .table(let entries) = node?.content,
        let entry = entries.first(where: { $0.key == word })
      else { break }
      place.line = entry.line
      node = entry.value
    }
    return place
  }
}
