import CSV
import Calibration
import Foundation
import MoEKernel
import Reports

/// The folder that holds what was measured on this machine.
struct HostFolder {
  let path: String

  /// One row an operation: what curves are fitted to.
  var kernels: String { "\(path)/kernels.csv" }
  /// One row a pass of a part, of the shapes that curves are fitted to.
  var parts: String { "\(path)/parts.csv" }
  /// The same of the shapes that no fit sees.
  var heldBack: String { "\(path)/held-back.csv" }
  var machines: String { "\(path)/machines.csv" }
  var loads: String { "\(path)/expert-loads.csv" }

  /// Where two fleets of this machine are compared.
  var comparison: String { "\(path)/comparison.csv" }

  /// The machine with a number of workers as a fleet, fitted to its tables.
  ///
  /// - Throws: Which rows are missing, and the command that measures them.
  func calibration(workers: Int) throws -> HostCalibration {
    for path in [machines, kernels] where access(path, F_OK) != 0 {
      throw Unmeasured(path: path, workers: workers)
    }
    return try HostCalibration(
      device: Self.device(workers: workers), kernels: kernels, machines: machines)
  }

  /// The name by which tables know this machine with a number of workers.
  static func device(workers: Int) -> String { "host-\(workers)" }

  /// Adds rows to a table, whole or not at all: a run that is ended leaves what was there before.
  static func append<Row>(_ table: Table<Row>, to path: String) throws {
    let new = table.csvText
    guard let old = try existing(path) else { return try write(new, to: path) }
    try write(old + new.drop { $0 != "\n" }.dropFirst(), to: path)
  }

  /// Replaces the row of a device.
  static func replace(_ machine: HostMachine, in path: String) throws {
    guard try existing(path) != nil else {
      return try write(HostMachineTable.table(machine).csvText, to: path)
    }
    let table = try CSVTable(path: path, required: HostMachine.columns)
    var writer = CSVWriter(columns: table.columns)
    for row in table.rows where row["device"] != machine.device { writer.append(row.fields) }
    try write(writer.text, to: path)
    try append(HostMachineTable.table(machine), to: path)
  }

  /// The points of a plan that a table holds of a device.
  static func points(of device: String, in path: String) throws -> Set<String> {
    guard try existing(path) != nil else { return [] }
    var points: Set<String> = []
    try CSVReader(path: path, required: ["device", "point"]).forEachRow { row in
      if row["device"] == device { points.insert(row["point"]) }
    }
    return points
  }

  /// Leaves out the rows of a device.
  static func remove(_ device: String, from path: String) throws {
    guard try existing(path) != nil else { return }
    let table = try CSVTable(path: path, required: ["device"])
    let rest = table.rows.filter { $0["device"] != device }
    guard !rest.isEmpty else {
      unlink(path)
      return
    }
    var writer = CSVWriter(columns: table.columns)
    for row in rest { writer.append(row.fields) }
    try write(writer.text, to: path)
  }

  /// The text of a file; nil where there is none, or none with rows.
  private static func existing(_ path: String) throws -> String? {
    guard access(path, F_OK) == 0 else { return nil }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.isEmpty ? nil : text
  }
}

/// A machine without tables.
struct Unmeasured: Error, CustomStringConvertible {
  var path: String
  var workers: Int

  var description: String {
    "\(path): there is no such table. Run 'steelyard measure --workers \(workers)' first."
  }
}
