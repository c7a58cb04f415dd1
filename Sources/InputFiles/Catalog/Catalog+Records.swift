public import Planner

extension Catalog {
  /// Every number of one profile, with its origin.
  ///
  /// - Throws: The file's faults, or that there is no such file.
  public func records(of kind: FileKind, named name: String) throws(Faults) -> [InputRecord] {
    switch kind {
    case .device: try records(name, devices)
    case .fabric: try records(name, fabrics)
    case .kernels: try records(name, kernels)
    case .stack: try records(name, stacks)
    case .prices: try records(name, prices)
    case .exchangeRates: try records(name, exchangeRates)
    case .reliability: try records(name, reliability)
    case .site: try records(name, sites)
    case .ownership: try records(name, ownership)
    case .exportRules: try records(name, exportRules)
    case .fleet: try records(name, fleets)
    case .model: try records(name, models)
    case .scenario: try records(name, scenarios)
    }
  }

  private func records<Value>(
    _ name: String, _ shelf: Shelf<Value>
  ) throws(Faults) -> [InputRecord] {
    guard let profile = shelf.load(name) else {
      throw Faults([Fault(unknownName(name, on: shelf), at: Place(file: shelf.kind.folder))])
    }
    guard profile.faults.isEmpty else { throw Faults(profile.faults) }
    return profile.records
  }
}
