import Hardware
public import Planner

/// The `sweep` block of a scenario, made ready to be answered.
public struct SweepQuestion: Sendable {
  public let sweep: Sweep
  /// Reads the scenario with some inputs set to other values.
  public let read: SweepRunner.Reader
  /// Tells sweeps over other inputs apart.
  public let identity: String
  public let currency: String
  /// The folder of the scenario's reports.
  public let reportFolder: String
}

extension Catalog {
  /// The most rows that a sweep has unless the user says yes, and in any case.
  private static let mostRows = (unasked: 1e9, asked: 1e15)

  /// Reads the sweep of a scenario.
  ///
  /// - Parameter allowsAny: Whether a sweep may have any number of rows that can be counted.
  /// - Throws: `Faults`, all at once; a field that does not exist and a value that its field does not take are
  ///   among them.
  public func sweep(at path: String, allowsAny: Bool) throws(Faults) -> SweepQuestion {
    var gathered = Gathered()
    let base = scenario(at: path, checksPlan: false, &gathered)
    let root = try? readText(at: path).map { composeYAML($0).root }.get()
    guard let block = SweepBlock(root, file: path) else {
      let place = Place(file: path, key: "sweep")
      gathered.report(.key(.missing(example: Self.example)), at: place)
      throw Faults(gathered.faults)
    }
    let reader = PointReader(self, path: path)
    let isSound = gathered.faults.isEmpty
    let check = SweepCheck(block, reader, base: isSound ? base : nil, known: gathered.faults)
    gathered.faults += check.faults
    guard let base, let sweep = scenarios.load(at: path, id: fileID(path)).value?.sweep else {
      throw Faults(gathered.faults)
    }
    let limit = allowsAny ? Self.mostRows.asked : Self.mostRows.unasked
    if let cause = tooMany(sweep, base, limit: limit) {
      gathered.report(cause, at: place(of: "sweep", in: path))
    }
    if case .explicit = base.plan, sweep.draw == nil {
      for (axis, written) in zip(sweep.axes, block.axes)
      where axis.field.hasPrefix("plan.") && axis.count > mostItems {
        gathered.report(
          .key(.tooMany(count: axis.count, limit: mostItems)), at: written.field.place)
      }
    }
    guard gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return SweepQuestion(
      sweep: sweep.settled(by: reader), read: { try reader.scenario($0) },
      identity: identity(of: [base] + check.tried, at: path), currency: base.currency,
      reportFolder: inFolder(self.root, "reports/\(base.id)"))
  }

  private static var example: String {
    "sweep: {fields: [{field: plan.tensor, values: [1, 2, 4, 8]}]}"
  }

  private func tooMany(_ sweep: Sweep, _ base: Scenario, limit: Double) -> Cause? {
    let entries = base.models.count * base.fleets.count
    let rows = sweep.points * Double(entries)
    guard rows > limit else { return nil }
    var axes = sweep.axes.map { "\($0.count) of \($0.field)" }
    if entries > 1 { axes.append("\(entries) of models and fleets") }
    return .relation(
      .tooManyPoints(
        points: rows, axes: axes, limit: limit, mayBeAsked: limit < Self.mostRows.asked))
  }

  /// A scenario whose own plan need not be legal: a sweep sets other values in it.
  func unchecked(at path: String, keepsInputs: Bool) throws(Faults) -> Scenario {
    var gathered = Gathered()
    gathered.keepsInputs = keepsInputs
    let scenario = scenario(at: path, checksPlan: false, &gathered)
    guard let scenario, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return scenario
  }

  /// The scenario's file and every number that it uses at any of the values that were tried, in one word.
  private func identity(of scenarios: [Scenario], at path: String) -> String {
    var lines: [String] = []
    var seen: Set<String> = []
    for scenario in scenarios {
      for line in scenario.identifyingLines where seen.insert(line).inserted { lines.append(line) }
    }
    var text = lines.joined(separator: "\n")
    if case .success(let bytes) = readText(at: path) {
      text += String(decoding: bytes, as: UTF8.self)
    }
    return checksum(text.utf8)
  }
}

extension Scenario {
  fileprivate var identifyingLines: [String] {
    inputs.map { "\($0.file) \($0.key) \($0.value)" } + models.map { "\($0)" } + ["\(recipe)"]
      + fleets.map { "\($0.id) \($0.size) \($0.device.id) \($0.stack.id)" }
  }
}

extension Sweep {
  /// The same sweep, with whole numbers where its fields take no others, and none of them twice.
  fileprivate func settled(by reader: PointReader) -> Self {
    var sweep = self
    for (index, axis) in axes.enumerated() {
      guard case .range(var range) = axis.values, range.isWhole else { continue }
      if draw == nil && range.meetsAll { continue }
      let fraction = SweepSetting(field: axis.field, text: range.textBetweenWholes)
      range.isWhole = !reader.faults(fraction).isEmpty
      sweep.axes[index].values =
        range.isWhole && draw == nil ? .list(range.wholeTexts) : .range(range)
    }
    return sweep
  }
}
