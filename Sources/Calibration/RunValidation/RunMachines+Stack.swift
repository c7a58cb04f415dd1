import Hardware

extension RunMachines {
  /// The software stack that a run's words mean.
  ///
  /// 1. The framework: as the row names it; the longest known name within what it writes; without a
  ///    word of it, one that the row's source names.
  /// 2. Of the profiles that cover it, those that name the row's source; else those that name its model
  ///    and its device, or one of them; else those that name neither. Of these the one of the release's
  ///    month, or the nearest.
  /// 3. For a framework that no profile names, what stands for `other` ones: on devices of this vendor;
  ///    else for runs that shard their weights over all ranks and split the model no other way; else
  ///    the default framework.
  func stack(
    for run: RunHardware, on device: Device, _ assumed: inout [String]
  ) throws(RunSkip) -> SoftwareStack {
    let candidates: [Candidate]
    if let framework = framework(of: run) {
      candidates = own(all.filter { $0.covers.framework == framework }, run, on: device)
    } else {
      candidates = others(run, on: device)
      let what = run.framework.isEmpty ? "framework" : "framework '\(run.framework)' as"
      let name = candidates.first?.covers.framework ?? defaultFramework
      assumed.append(
        name == SoftwareStack.Coverage.other
          ? "\(what) of stack \(candidates[0].stack.id)" : "\(what) \(name)")
    }
    let month = months(run.release)
    guard
      let nearest = candidates.min(by: { distance(month, $0.covers) < distance(month, $1.covers) })
    else { throw .other("no software stack covers '\(defaultFramework)'") }
    if distance(month, nearest.covers) > 0 { assumed.append("stack \(nearest.stack.id)") }
    return nearest.stack
  }

  private typealias Candidate = (stack: SoftwareStack, covers: SoftwareStack.Coverage)

  private var all: [Candidate] {
    stacks.flatMap { stack in stack.covers.map { (stack, $0) } }
  }

  private func framework(of run: RunHardware) -> String? {
    let known = Set(all.map(\.covers.framework)).subtracting([SoftwareStack.Coverage.other])
      .sorted { ($1.count, $0) < ($0.count, $1) }
    let stated = run.framework.lowercased()
    if known.contains(stated) { return stated }
    let text = stated.isEmpty ? run.source : stated
    return known.first { text.mentions($0) }
  }

  /// Of the profiles of a framework, those that are meant for such runs.
  private func own(
    _ candidates: [Candidate], _ run: RunHardware, on device: Device
  ) -> [Candidate] {
    let bySource = candidates.filter { $0.covers.source.map(run.source.contains) ?? false }
    if !bySource.isEmpty { return bySource }
    let unnamed = candidates.filter { $0.covers.source == nil }
    let month = months(run.release)
    // A recipe of one model or device counts in its months only.
    let recipes = unnamed.filter {
      !$0.covers.isForAll && $0.covers.isFor(run.model, on: device)
        && distance(month, $0.covers) == 0
    }
    let byModel = recipes.filter { $0.covers.model != nil }
    let closest = byModel.filter { !$0.covers.devices.isEmpty }
    for some in [closest, byModel, recipes] where !some.isEmpty { return some }
    return unnamed.filter { $0.covers.isForAll }
  }

  private func others(_ run: RunHardware, on device: Device) -> [Candidate] {
    let standing = all.filter { $0.covers.framework == SoftwareStack.Coverage.other }
    let byVendor = standing.filter { $0.covers.vendor == device.vendor }
    if !byVendor.isEmpty { return byVendor }
    let sharded = standing.filter { $0.covers.vendor == nil && $0.covers.fullySharded }
    if run.isFullySharded, !sharded.isEmpty { return sharded }
    return own(all.filter { $0.covers.framework == defaultFramework }, run, on: device)
  }

  /// Months since year 0, or nil for a text that is no `YYYY-MM`.
  private func months(_ text: String) -> Int? {
    let parts = text.split(separator: "-").map { Int($0) }
    guard parts.count >= 2, let year = parts[0], let month = parts[1],
      (1900...2200).contains(year), (1...12).contains(month)
    else { return nil }
    return 12 * year + month
  }

  /// Months from a release to a covered span, 0 inside it. An unknown release lies beyond all spans:
  /// the latest stack is the nearest.
  private func distance(_ month: Int?, _ covers: SoftwareStack.Coverage) -> Int {
    let beyond = 12 * 2201
    let month = month ?? beyond
    return max(0, (months(covers.from) ?? 0) - month, month - (months(covers.to) ?? beyond))
  }
}

extension SoftwareStack.Coverage {
  /// Whether it is no recipe of one model or device.
  fileprivate var isForAll: Bool { model == nil && devices.isEmpty }

  /// Whether a model on a device is among those that it names.
  fileprivate func isFor(_ name: String, on device: Device) -> Bool {
    (model.map(name.mentions) ?? true) && (devices.isEmpty || devices.contains(device.id))
  }
}
