public import Hardware
import Planner
import TrainingRun
public import Workload

/// All input files of a project, found by name. Each is read once.
public final class Catalog {
  /// The folder that holds `hardware-profiles` and `scenarios`, as messages write it; empty for the
  /// current folder.
  public let root: String
  public let devices: Shelf<Device>
  public let fabrics: Shelf<Fabric>
  public let kernels: Shelf<KernelProfile>
  public let stacks: Shelf<SoftwareStack>
  public let prices: Shelf<PriceList>
  public let reliability: Shelf<Reliability>
  public let sites: Shelf<SiteEntry>
  public let ownership: Shelf<OwnershipEntry>
  public let exportRules: Shelf<ExportRules>
  public let fleets: Shelf<FleetEntry>
  public let models: Shelf<ModelArchitecture>
  let exchangeRates: Shelf<[ExchangeRate]>
  let scenarios: Shelf<ScenarioFile>

  /// Opens the project at a root, or the one around a scenario, or the one around the current
  /// folder.
  public convenience init(root named: String? = nil, scenario: String? = nil) throws(Faults) {
    self.init(at: try projectRoot(named: named, scenario: scenario))
  }

  /// - Parameter root: What another catalog found.
  init(at root: String) {
    self.root = root
    devices = Shelf(.device, root: root, form: Form.device)
    fabrics = Shelf(.fabric, root: root, form: Form.fabric)
    kernels = Shelf(.kernels, root: root, form: Form.kernels)
    stacks = Shelf(.stack, root: root, form: Form.stack)
    prices = Shelf(.prices, root: root, form: Form.prices)
    reliability = Shelf(.reliability, root: root, form: Form.reliability)
    sites = Shelf(.site, root: root, form: Form.site)
    ownership = Shelf(.ownership, root: root, form: Form.ownership)
    exportRules = Shelf(.exportRules, root: root, form: Form.exportRules)
    fleets = Shelf(.fleet, root: root, form: Form.fleet)
    models = Shelf(.model, root: root, form: Form.model)
    exchangeRates = Shelf(.exchangeRates, root: root) { _ in .exchangeRates }
    scenarios = Shelf(.scenario, root: root) { _ in .scenario }
  }

  /// The files of another catalog with other values in place of some; see `overriding`.
  init(_ base: Catalog, overrides: [Override]) {
    root = base.root
    devices = base.devices.overriding(overrides)
    fabrics = base.fabrics.overriding(overrides)
    kernels = base.kernels.overriding(overrides)
    stacks = base.stacks.overriding(overrides)
    prices = base.prices.overriding(overrides)
    reliability = base.reliability.overriding(overrides)
    sites = base.sites.overriding(overrides)
    ownership = base.ownership.overriding(overrides)
    exportRules = base.exportRules.overriding(overrides)
    fleets = base.fleets.overriding(overrides)
    models = base.models.overriding(overrides)
    exchangeRates = base.exchangeRates.overriding(overrides)
    scenarios = base.scenarios.overriding(overrides)
  }
}

/// The faults and the numbers in use that are met while names are resolved.
struct Gathered {
  /// Whether the numbers in use are kept; a draw of a study has no use for their list.
  var keepsInputs = true
  var faults: [Fault] = []
  private(set) var records: [InputRecord] = []
  private(set) var uncertain: [UncertainInput] = []
  private var seen: Set<InputRecord> = []
  private var seenInputs: Set<UncertainInput> = []

  mutating func keep(_ more: [InputRecord]) {
    guard keepsInputs else { return }
    records += more.filter { seen.insert($0).inserted }
  }

  /// Keeps the numbers of a profile in use, or those of them whose keys are.
  mutating func keep<Value>(
    _ profile: Profile<Value>?, where isUsed: (String) -> Bool = { _ in true }
  ) {
    guard keepsInputs else { return }
    keep(profile?.records.filter { isUsed($0.key) } ?? [])
    for input in profile?.uncertain ?? []
    where isUsed(input.key) && seenInputs.insert(input).inserted {
      uncertain.append(input)
    }
  }

  mutating func report(_ cause: Cause, at place: Place) {
    faults.append(Fault(cause, at: place))
  }
}

extension Catalog {
  /// The file that a name stands for. Its faults are kept where it has any, and a fault at the name
  /// where there is no such file.
  func resolve<Value>(
    _ reference: Reference, on shelf: Shelf<Value>, _ gathered: inout Gathered
  ) -> Profile<Value>? {
    guard let profile = shelf.load(reference.name) else {
      gathered.report(unknownName(reference.name, on: shelf), at: reference.place)
      return nil
    }
    gathered.faults += profile.faults
    return profile
  }

  func unknownName<Value>(_ name: String, on shelf: Shelf<Value>) -> Cause {
    .name(
      .unknown(
        shelf.kind, name: name, nearest: nearest(to: name, among: shelf.ids),
        folder: inFolder(root, shelf.kind.folder), known: shelf.ids))
  }
}
