import Foundation
import Planner

/// Reads one scenario with other values in place of some, for any number of tasks at once: a catalog serves one
/// task at a time, so there are as many as tasks read together.
final class PointReader: @unchecked Sendable {
  private let root: String
  private let path: String
  private let lock = NSLock()
  private var idle: [Catalog]

  init(_ catalog: Catalog, path: String) {
    root = catalog.root
    self.path = path
    idle = [catalog]
  }

  /// - Parameter keepsInputs: Whether the scenario tells the numbers in use.
  func scenario(
    _ settings: [SweepSetting], keepsInputs: Bool = false
  ) throws(Faults) -> Scenario {
    let catalog = lock.withLock { idle.popLast() } ?? Catalog(at: root)
    defer { lock.withLock { idle.append(catalog) } }
    let overrides = settings.map { Override(address(of: $0.field), $0.text) }
    return try catalog.overriding(overrides).unchecked(at: path, keepsInputs: keepsInputs)
  }

  /// Where a swept field stands.
  func address(of field: String) -> FieldAddress {
    FieldAddress(field, inScenario: fileID(path))
  }

  /// What is wrong with one setting.
  func faults(_ setting: SweepSetting) -> [Fault] {
    do throws(Faults) {
      _ = try scenario([setting])
      return []
    } catch {
      return error.faults
    }
  }
}
