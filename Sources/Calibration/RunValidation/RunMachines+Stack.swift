import Hardware

extension RunMachines {
  /// The software stack that covers a run's framework in the month of its release, or else the one
  /// that covers the nearest month.
  ///
  /// A stack that names the row's source comes before all others.
  /// A row without a framework means one that its source names; a framework that no stack covers
  /// falls to the default one.
  func stack(for run: RunHardware, _ assumed: inout [String]) throws(RunSkip) -> SoftwareStack {
    let known = Set(stacks.flatMap { $0.covers.map(\.framework) })
      .sorted { ($1.count, $0) < ($0.count, $1) }
    let stated = run.framework.lowercased()
    var framework = stated.isEmpty ? known.first { run.source.mentions($0) } ?? "" : stated
    if !known.contains(framework) {
      let what = stated.isEmpty ? "framework" : "framework '\(run.framework)' as"
      assumed.append("\(what) \(defaultFramework)")
      framework = defaultFramework
    }
    let all = stacks.flatMap { stack in
      stack.covers.filter { $0.framework == framework }.map { (stack: stack, covers: $0) }
    }
    let own = all.filter { $0.covers.source.map(run.source.contains) ?? false }
    let choices = own.isEmpty ? all.filter { $0.covers.source == nil } : own
    let month = months(run.release)
    guard
      let nearest = choices.min(by: { distance(month, $0.covers) < distance(month, $1.covers) })
    else { throw .other("no software stack covers '\(framework)'") }
    if distance(month, nearest.covers) > 0 { assumed.append("stack \(nearest.stack.id)") }
    return nearest.stack
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
