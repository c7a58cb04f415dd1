public import Hardware

extension RunValidation {
  /// The software stack that a row was taken to mean; nil where the row is skipped.
  public func stack(of row: PublishedRow) -> SoftwareStack? {
    guard let run = try? row.content.get() else { return nil }
    return try? fleet(run.hardware).fleet.stack
  }

  /// The stack that most rows mean; of equal ones the first by name.
  public func commonStack(of rows: [PublishedRow]) -> SoftwareStack? {
    let groups = Dictionary(grouping: rows.compactMap(stack(of:))) { $0.id }
    return groups.min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }?.value.first
  }

  /// The frameworks of rows, each from its first to its last month of release.
  public func coverage(of rows: [PublishedRow]) -> [SoftwareStack.Coverage] {
    let machines = rows.compactMap { try? $0.content.get().hardware }
      .filter { !$0.framework.isEmpty && $0.release.count == 7 }
    let groups = Dictionary(grouping: machines) { $0.framework.lowercased() }
    return groups.keys.sorted().map { framework in
      let months = (groups[framework] ?? []).map(\.release).sorted()
      return SoftwareStack.Coverage(
        framework: framework, from: months.first ?? "", to: months.last ?? "")
    }
  }
}
