public import Hardware
public import Planner
public import Units
public import Workload

/// A question asked without a file: names of models and fleets, and a recipe.
public struct ComparisonRequest: Sendable {
  public var models: [Reference]
  public var fleets: [Reference]
  public var recipe: TrainingRecipe
  /// The size of every fleet; nil keeps the size in each fleet's file.
  public var devices: Int?
  public var baseline: Reference?
  public var currency: String

  public init(
    models: [Reference], fleets: [Reference], recipe: TrainingRecipe, devices: Int? = nil,
    baseline: Reference? = nil, currency: String = "RMB"
  ) {
    self.models = models
    self.fleets = fleets
    self.recipe = recipe
    self.devices = devices
    self.baseline = baseline
    self.currency = currency
  }
}

extension Catalog {
  /// Answers a request as `scenario(at:)` answers a file; the best plan is searched.
  ///
  /// - Parameter id: What the scenario is called.
  public func scenario(_ request: ComparisonRequest, id: String) throws(Faults) -> Scenario {
    var gathered = Gathered()
    let file = ScenarioFile(
      title: nil, models: request.models,
      training: RecipeEntry(
        recipe: request.recipe, sequenceLength: request.models.first?.place ?? Place(file: id)),
      fleets: request.fleets.map { FleetRequest(fleet: $0) }, devices: request.devices,
      plan: .best, baseline: request.baseline, currency: request.currency, totalTokens: nil,
      deadline: nil, references: [])
    let scenario = scenario(file, id: id, &gathered)
    guard gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return scenario
  }

  /// A fleet of a device with the fabric and kernels that list it, unless others are named; it has
  /// no price. Published runs name their hardware so.
  public func fleet(
    device: Reference, fabric: Reference? = nil, kernels: Reference? = nil, stack: Reference,
    size: Int
  ) throws(Faults) -> Fleet {
    var gathered = Gathered()
    let entry = FleetEntry(
      id: device.name, name: device.name, device: device, fabric: fabric, kernels: kernels,
      stack: stack, price: nil, size: size)
    let fleet = assemble(FleetParts(entry), currency: nil, &gathered)
    guard let fleet, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return fleet
  }

  /// The model of a name.
  public func model(_ reference: Reference) throws(Faults) -> ModelArchitecture {
    var gathered = Gathered()
    let model = resolve(reference, on: models, &gathered)?.value
    guard let model, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return model
  }
}

/// Reads an amount of tokens as a scenario writes it, such as `1 T` or `1T`.
///
/// - Parameter place: Where the text stands, such as an option of the command line.
public func tokens(_ text: String, at place: Place) throws(Faults) -> Tokens {
  do throws(CauseError) {
    return Tokens(try amount(text, of: .tokens, within: .positive, example: "1 T"))
  } catch {
    throw Faults([Fault(error.cause, at: place)])
  }
}
