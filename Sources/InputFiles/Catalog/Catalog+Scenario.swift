import CSV
import Hardware
import Parallelism
public import Planner
import TrainingRun
import Units
import Workload

extension Catalog {
  /// Reads a scenario and everything that it names.
  ///
  /// - Parameter keepsInputs: Whether the scenario tells the numbers in use and those that are not sure.
  /// - Throws: The faults of the scenario and of all files that it names, told at once.
  public func scenario(at path: String, keepsInputs: Bool = true) throws(Faults) -> Scenario {
    try scenario(at: path, text: nil, keepsInputs: keepsInputs)
  }

  /// Reads a scenario that stands in no file, such as one put together from a command's options.
  ///
  /// - Parameter name: What messages and reports call it.
  public func scenario(text: String, named name: String) throws(Faults) -> Scenario {
    try scenario(at: name, text: text)
  }

  private func scenario(
    at path: String, text: String?, keepsInputs: Bool = true
  ) throws(Faults) -> Scenario {
    var gathered = Gathered()
    gathered.keepsInputs = keepsInputs
    let scenario = scenario(at: path, text: text, &gathered)
    guard let scenario, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return scenario
  }

  /// - Parameter checksPlan: Whether a given plan must be legal.
  func scenario(
    at path: String, text: String? = nil, checksPlan: Bool = true, _ gathered: inout Gathered
  ) -> Scenario? {
    let id = fileID(path)
    let profile = scenarios.load(at: path, id: id, text: text)
    gathered.faults += profile.faults
    gathered.keep(profile)
    guard let file = profile.value else {
      check(profile.mentions, &gathered)
      return nil
    }
    let scenario = scenario(file, id: id, &gathered)
    if case .search(let query) = scenario.plan, query.objective == .goodputCost,
      scenario.runs.isEmpty, gathered.faults.isEmpty
    {
      gathered.report(.relation(.goodputWithoutRun), at: place(of: "plan.objective", in: path))
    }
    if gathered.faults.isEmpty && checksPlan {
      for fault in scenario.planFaults {
        gathered.report(.plan(fault), at: place(of: fault.key, in: path))
      }
    }
    return scenario
  }

  /// Resolves every name of a scenario and converts every amount of money.
  func scenario(_ file: ScenarioFile, id: String, _ gathered: inout Gathered) -> Scenario {
    let models = file.models.compactMap { resolve($0, on: self.models, &gathered)?.value }
    checkPositions(file, models, &gathered)
    var recipe = file.training.recipe
    if let table = file.training.routingTable {
      recipe.routing = measuredRouting(table, &gathered) ?? recipe.routing
    }
    var fleets = file.fleets.compactMap { fleet($0, in: file, &gathered) }
    let settings = settings(of: fleets, in: file, &gathered)
    let barriers = supply(&fleets, in: file, settings: settings, &gathered)
    checkNames(file, &gathered)
    let mixes = mixes(of: file, &gathered)
    check(file.faults, fleets, &gathered)
    if let budget = file.budget, budget.money.currency != file.currency {
      gathered.report(
        .price(.budgetInOther(currency: budget.money.currency, wanted: file.currency)),
        at: budget.place)
    }
    let references = file.references.compactMap { quoted($0, in: file, &gathered) }
    return Scenario(
      id: id, title: file.title ?? id, models: models, recipe: recipe, fleets: fleets,
      mixes: mixes, plan: file.plan, baseline: file.baseline?.name, currency: file.currency,
      totalTokens: file.totalTokens ?? file.training.recipe.tokens, deadline: file.deadline,
      budget: file.budget.map { Money($0.money.amount) },
      references: references, runs: settings, stragglers: file.run?.stragglers,
      uncertain: gathered.uncertain,
      samplePlan: file.uncertainty,
      inputs: gathered.records, condition: file.faults?.condition ?? .sound, barriers: barriers)
  }

  private func settings(
    of fleets: [Fleet], in file: ScenarioFile, _ gathered: inout Gathered
  ) -> [String: RunSetting] {
    var settings: [String: RunSetting] = [:]
    for fleet in fleets {
      guard let request = file.fleets.first(where: { $0.id == fleet.id }) else { continue }
      settings[fleet.id] = setting(of: request, device: fleet.device, in: file, &gathered)
    }
    return settings
  }

  private func fleet(
    _ request: FleetRequest, in file: ScenarioFile, _ gathered: inout Gathered
  ) -> Fleet? {
    guard var entry = resolve(request.fleet, on: fleets, &gathered)?.value else { return nil }
    entry.id = request.id
    entry.price = request.price ?? entry.price
    entry.size = request.devices ?? file.devices ?? entry.size
    return assemble(entry, currency: file.currency, &gathered)
  }

  /// The routing that a table of recorded expert loads tells; its path counts from the root.
  private func measuredRouting(
    _ table: Reference, _ gathered: inout Gathered
  ) -> RoutingLoad? {
    do {
      return .measured(try readExpertLoads(at: inFolder(root, table.name)))
    } catch let error as CSVError {
      for fault in error.faults { gathered.report(.table("\(fault)"), at: table.place) }
    } catch {
      gathered.report(.table("\(error)"), at: table.place)
    }
    return nil
  }

  private func quoted(
    _ figure: QuotedFigure, in file: ScenarioFile, _ gathered: inout Gathered
  ) -> QuotedReference? {
    let (from, to) = (figure.cost.currency, file.currency)
    if from != to, figure.date == nil {
      gathered.report(.price(.noDateToConvert(from: from, to: to)), at: figure.place)
      return nil
    }
    let factor = exchangeFactor(
      from: from, to: to, date: figure.date ?? "", at: figure.place, &gathered)
    return factor.map {
      QuotedReference(
        fleet: figure.fleet?.name, label: figure.label, cost: Money(figure.cost.amount * $0),
        tokens: figure.tokens, source: figure.source)
    }
  }

  /// Fleets are told apart by name; the baseline and the quoted figures speak of one of them.
  private func checkNames(_ file: ScenarioFile, _ gathered: inout Gathered) {
    let names = file.fleets.map(\.id)
    var seen: Set<String> = []
    for request in file.fleets where !seen.insert(request.id).inserted {
      gathered.report(.name(.twice(name: request.id)), at: request.fleet.place)
    }
    let mentions = [file.baseline] + file.references.map(\.fleet)
    for reference in mentions.compactMap(\.self) where !seen.contains(reference.name) {
      gathered.report(.name(.unknownFleet(reference, among: names)), at: reference.place)
    }
  }

  private func checkPositions(
    _ file: ScenarioFile, _ models: [ModelArchitecture], _ gathered: inout Gathered
  ) {
    let sequence = file.training.recipe.sequenceLength
    for model in models where model.learnedPositions > 0 && sequence > model.learnedPositions {
      gathered.report(
        .relation(
          .beyondPositions(
            sequence: sequence, model: model.id, positions: model.learnedPositions)),
        at: file.training.sequenceLength)
    }
  }
}

extension FleetRequest {
  /// What reports call the fleet.
  var id: String { name ?? fleet.name }
}

/// The name of a file without its folder and `.yaml`.
func fileID(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.hasSuffix(".yaml") ? String(name.dropLast(".yaml".count)) : name
}
