import Foundation
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
  /// The most points that a sweep has unless the user says yes.
  private static var mostPoints: Double { 1e9 }

  /// Reads the sweep of a scenario.
  ///
  /// - Parameter allowsAny: Whether a sweep may have any number of points that can be counted.
  /// - Throws: `Faults`; a field that does not exist and a value that its field does not take are among
  ///   them.
  public func sweep(at path: String, allowsAny: Bool) throws(Faults) -> SweepQuestion {
    let place = Place(file: path, key: "sweep")
    let base = try unchecked(at: path)
    guard let sweep = scenarios.load(at: path, id: fileID(path)).value?.sweep else {
      throw Faults([Fault(.key(.missing(example: Self.example)), at: place)])
    }
    guard sweep.points <= (allowsAny ? 1e15 : Self.mostPoints) else {
      throw Faults([
        Fault(
          .relation(
            .tooManyPoints(
              points: sweep.points,
              axes: sweep.axes.map { ($0.field, $0.count) }.map { "\($0.1) of \($0.0)" },
              limit: allowsAny ? 1e15 : Self.mostPoints)), at: place)
      ])
    }
    let reader = SweepReader(self, path: path)
    try checkEnds(sweep, base: base, reader, at: path)
    return SweepQuestion(
      sweep: sweep, read: { try reader.scenario($0) },
      identity: identity(of: base, at: path), currency: base.currency,
      reportFolder: inFolder(root, "reports/\(base.id)"))
  }

  private static var example: String {
    "sweep: {fields: [{field: plan.tensor, values: [1, 2, 4, 8]}]}"
  }

  /// A scenario whose own plan need not be legal: a sweep sets other values in it.
  func unchecked(at path: String) throws(Faults) -> Scenario {
    var gathered = Gathered()
    let scenario = scenario(at: path, checksPlan: false, &gathered)
    guard let scenario, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return scenario
  }

  /// Reads the scenario with the first and the last value of each field, so that what is wrong with a field
  /// is told before anything is written.
  private func checkEnds(
    _ sweep: Sweep, base: Scenario, _ reader: SweepReader, at path: String
  ) throws(Faults) {
    let used = Set(base.inputs.map(\.file))
    for axis in sweep.axes {
      let address = FieldAddress(axis.field, inScenario: fileID(path))
      let folder = folder(of: address.file)
      let hasNumbers = folder.hasPrefix("hardware-profiles") && folder != FileKind.fleet.folder
      if hasNumbers && !used.contains(address.file) {
        throw Faults([
          Fault(
            .relation(.unusedInput(file: address.file)), at: Place(file: path, key: axis.field))
        ])
      }
      for text in [axis.firstText, axis.lastText] {
        _ = try reader.scenario([SweepSetting(field: axis.field, text: text)])
      }
    }
  }

  /// The scenario's file and every number that it uses, in one word.
  private func identity(of scenario: Scenario, at path: String) -> String {
    var text = scenario.inputs.map { "\($0.file) \($0.key) \($0.value)" }.joined(separator: "\n")
    text += scenario.models.map { "\n\($0)" }.joined()
    text += scenario.fleets.map { "\n\($0.id) \($0.size) \($0.device.id) \($0.stack.id)" }.joined()
    if case .success(let bytes) = readText(at: path) {
      text += String(decoding: bytes, as: UTF8.self)
    }
    return checksum(text.utf8)
  }
}

/// Reads one scenario with other values, one reading at a time: a catalog is for one task.
private final class SweepReader: @unchecked Sendable {
  private let lock = NSLock()
  private let catalog: Catalog
  private let path: String

  init(_ catalog: Catalog, path: String) {
    self.catalog = catalog
    self.path = path
  }

  func scenario(_ settings: [SweepSetting]) throws(Faults) -> Scenario {
    lock.lock()
    defer { lock.unlock() }
    let overrides = settings.map {
      Override(FieldAddress($0.field, inScenario: fileID(path)), $0.text)
    }
    return try catalog.overriding(overrides).unchecked(at: path)
  }
}
