extension Catalog {
  /// All faults of one input file of any kind, and of the files that it names.
  public func check(_ path: String) -> [Fault] {
    var gathered = Gathered()
    switch kind(of: path) {
    case .success(let kind): check(path, as: kind, &gathered)
    case .failure(let faults): gathered.faults = faults.faults
    }
    return Faults(gathered.faults).faults
  }

  /// All faults of all input files of the project.
  public func checkAll() -> [Fault] {
    var gathered = Gathered()
    for kind in FileKind.allCases {
      for id in ids(of: kind) {
        check(inFolder(root, "\(kind.folder)/\(id).yaml"), as: kind, &gathered)
      }
    }
    return Faults(gathered.faults).faults
  }

  /// The names of the files of one kind, sorted.
  public func ids(of kind: FileKind) -> [String] {
    switch kind {
    case .device: devices.ids
    case .fabric: fabrics.ids
    case .kernels: kernels.ids
    case .stack: stacks.ids
    case .prices: prices.ids
    case .exchangeRates: exchangeRates.ids
    case .reliability: reliability.ids
    case .site: sites.ids
    case .ownership: ownership.ids
    case .exportRules: exportRules.ids
    case .fleet: fleets.ids
    case .model: models.ids
    case .scenario: scenarios.ids
    }
  }

  private func check(_ path: String, as kind: FileKind, _ gathered: inout Gathered) {
    switch kind {
    case .device: check(path, on: devices, &gathered)
    case .fabric: check(path, on: fabrics, &gathered)
    case .kernels: check(path, on: kernels, &gathered)
    case .stack: check(path, on: stacks, &gathered)
    case .prices: check(path, on: prices, &gathered)
    case .exchangeRates: check(path, on: exchangeRates, &gathered)
    case .reliability: check(path, on: reliability, &gathered)
    case .site: check(path, on: sites, &gathered)
    case .ownership: check(path, on: ownership, &gathered)
    case .exportRules: check(path, on: exportRules, &gathered)
    case .model: check(path, on: models, &gathered)
    case .scenario: _ = scenario(at: path, &gathered)
    case .fleet:
      if let entry = check(path, on: fleets, &gathered) {
        _ = assemble(entry, currency: nil, &gathered)
      }
    }
  }

  @discardableResult
  private func check<Value>(
    _ path: String, on shelf: Shelf<Value>, _ gathered: inout Gathered
  ) -> Value? {
    let profile = shelf.load(at: path, id: fileID(path))
    gathered.faults += profile.faults
    check(profile.mentions, &gathered)
    return profile.value
  }

  /// Keeps the faults of names that stand for no file, and of the files that the others stand for.
  func check(_ mentions: [Mention], _ gathered: inout Gathered) {
    for mention in mentions.prefix(mostFaults) {
      switch mention.kind {
      case .device: _ = resolve(mention.reference, on: devices, &gathered)
      case .fabric: _ = resolve(mention.reference, on: fabrics, &gathered)
      case .kernels: _ = resolve(mention.reference, on: kernels, &gathered)
      case .stack: _ = resolve(mention.reference, on: stacks, &gathered)
      case .prices: _ = resolve(mention.reference, on: prices, &gathered)
      case .exchangeRates: _ = resolve(mention.reference, on: exchangeRates, &gathered)
      case .reliability: _ = resolve(mention.reference, on: reliability, &gathered)
      case .site: _ = resolve(mention.reference, on: sites, &gathered)
      case .ownership: _ = resolve(mention.reference, on: ownership, &gathered)
      case .exportRules: _ = resolve(mention.reference, on: exportRules, &gathered)
      case .model: _ = resolve(mention.reference, on: models, &gathered)
      case .scenario: _ = resolve(mention.reference, on: scenarios, &gathered)
      case .fleet:
        if let entry = resolve(mention.reference, on: fleets, &gathered)?.value {
          _ = assemble(entry, currency: nil, &gathered)
        }
      }
    }
  }

  /// The kind of a file: that of its folder, or else the one that declares most of its keys.
  private func kind(of path: String) -> Result<FileKind, Faults> {
    if let kind = kindByFolder(path) { return .success(kind) }
    switch readText(at: path) {
    case .failure(let error):
      return .failure(Faults([Fault(error.cause, at: Place(file: path, line: error.line))]))
    case .success(let bytes):
      guard case .table(let entries) = composeYAML(bytes).root?.content,
        let kind = kindByKeys(entries.map(\.key))
      else { return .failure(Faults([Fault(.file(.unknownKind), at: Place(file: path))])) }
      return .success(kind)
    }
  }

  private func kindByKeys(_ keys: [String]) -> FileKind? {
    let scored = FileKind.allCases.map { kind in
      (kind, score: fields(of: kind).count { keys.contains($0.key) })
    }
    let best = scored.max { $0.score < $1.score }
    return best.flatMap { $0.score > 0 ? $0.0 : nil }
  }

  private func fields(of kind: FileKind) -> [Table.Field] {
    switch kind {
    case .device: devices.fields
    case .fabric: fabrics.fields
    case .kernels: kernels.fields
    case .stack: stacks.fields
    case .prices: prices.fields
    case .exchangeRates: exchangeRates.fields
    case .reliability: reliability.fields
    case .site: sites.fields
    case .ownership: ownership.fields
    case .exportRules: exportRules.fields
    case .fleet: fleets.fields
    case .model: models.fields
    case .scenario: scenarios.fields
    }
  }
}
