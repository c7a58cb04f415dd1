import Glibc
public import Planner
import Units
import Workload

/// The reports of a comparison: one table a file, and the tables for a terminal.
public struct ComparisonReport: Sendable {
  let comparison: Comparison
  let uncertainty: UncertaintyAnswer?
  /// The currency as it ends a header, such as `rmb`.
  let currency: String

  public init(_ comparison: Comparison, uncertainty: UncertaintyAnswer? = nil) {
    self.comparison = comparison
    self.uncertainty = uncertainty
    currency = comparison.scenario.currency.lowercased()
  }

  /// The files of the report folder, by name, in the order in which they are written.
  public var files: [(name: String, text: String)] {
    var files = [
      (name: "fleets.csv", text: fleets.csvText),
      (name: "breakdown.csv", text: breakdown.csvText),
      (name: "memory.csv", text: memory.csvText),
      (name: "plans.csv", text: plans.csvText),
      (name: "inputs.csv", text: inputs.csvText),
    ]
    if hasFront { files.append((name: "front.csv", text: front.csvText)) }
    if !comparison.scenario.references.isEmpty {
      files.append((name: "references.csv", text: references.csvText))
    }
    if comparison.evenEntries != nil {
      files.append((name: "routing.csv", text: routing.csvText))
    }
    return files + mixFiles + runFiles + uncertaintyFiles
  }

  /// Writes every file, each whole or not at all, and removes files of an earlier run of which the scenario
  /// has nothing to tell any more.
  public func write(to folder: String) throws(WriteFault) {
    for file in files { try Reports.write(file.text, to: "\(folder)/\(file.name)") }
    if !hasFront { unlink("\(folder)/front.csv") }
    if comparison.scenario.references.isEmpty { unlink("\(folder)/references.csv") }
    if comparison.evenEntries == nil { unlink("\(folder)/routing.csv") }
    if comparison.scenario.stragglers == nil { unlink("\(folder)/stragglers.csv") }
    if comparison.mixes.isEmpty {
      for name in Self.mixFileNames { unlink("\(folder)/\(name)") }
    }
  }

  /// Every model on every fleet.
  public var fleets: Table<FleetRow> {
    Table(columns: FleetRow.columns(currency: currency), rows: comparison.fleetRows)
  }

  /// Where each step's time goes.
  public var breakdown: Table<BreakdownRow> {
    Table(columns: BreakdownRow.columns, rows: comparison.breakdownRows)
  }

  /// What a rank of each stage holds.
  public var memory: Table<MemoryRow> {
    Table(columns: MemoryRow.columns, rows: comparison.memoryRows)
  }

  /// The best plans of each fleet.
  public var plans: Table<PlanRow> {
    Table(columns: PlanRow.columns(currency: currency), rows: comparison.planRows)
  }

  /// The plans that no other of their model beats both in cost and in time.
  public var front: Table<PlanRow> {
    Table(columns: PlanRow.frontColumns(currency: currency), rows: comparison.frontRows)
  }

  /// Whether there is more than one such plan, so that they are a choice.
  private var hasFront: Bool { comparison.frontRows.count > 1 }

  /// What a measured routing does to each fleet's cost.
  public var routing: Table<RoutingRow> {
    Table(columns: RoutingRow.columns(currency: currency), rows: comparison.routingRows)
  }

  /// Every profile number in use.
  public var inputs: Table<InputRecord> {
    Table(columns: InputRecord.columns, rows: comparison.scenario.inputs)
  }

  /// Quoted figures beside ours.
  public var references: Table<ReferenceRow> {
    Table(columns: ReferenceRow.columns(currency: currency), rows: comparison.referenceRows)
  }
}
