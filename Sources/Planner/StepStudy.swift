import Analytical
public import CostModel
public import Hardware
import Parallelism
public import Simulation
public import Units
public import Workload

/// One step of a scenario by simulation, beside the same step without what makes it dear.
public struct StepStudy: Sendable {
  public let model: ModelArchitecture
  public let recipe: TrainingRecipe
  public let fleet: Fleet
  public let estimate: StepEstimate
  public let timeline: StepTimeline
  private let asked: SimulationOptions
  /// The step as it is asked first, then variants; the last is the formula.
  public let cases: [Case]

  /// A step of the same plan under other circumstances.
  public struct Case: Sendable {
    public enum Kind: String, Sendable {
      case asked = "as_asked"
      case soundFabric = "sound_fabric"
      /// Every expert rank gets its fair share of tokens.
      case evenRouting = "even_routing"
      /// Every communication has links of its own.
      case unsharedLinks = "unshared_links"
      case formula
    }

    public var kind: Kind
    public var step: StepEstimate
  }

  /// Simulates a step under the scenario's plan, or under the best that a search by its objective finds.
  ///
  /// - Parameter seed: Of the loads of expert ranks.
  /// - Throws: `PlanRefusal` where the plan cannot run, `NoPlanFits` where a search finds none,
  ///   `EstimateFault` where the hardware cannot.
  public init(
    _ scenario: Scenario, model: ModelArchitecture, fleet: Fleet, seed: UInt64 = 1
  ) throws {
    let step = try FleetQuestion(model: model, scenario: scenario).step(on: fleet)
    let (plan, recipe, fleet) = (step.plan, step.recipe, step.fleet)
    self.model = model
    self.fleet = fleet
    self.recipe = recipe
    var told = SimulationOptions(condition: scenario.condition, loadSeed: seed)
    self.asked = told
    func simulate(
      _ recipe: TrainingRecipe, _ options: SimulationOptions
    ) throws -> (estimate: StepEstimate, timeline: StepTimeline) {
      try SimulationEstimator(options).simulate(
        model: model, recipe: recipe, plan: plan, fleet: fleet)
    }
    (estimate, timeline) = try simulate(recipe, told)
    try estimate.checkPhysics()
    var cases = [Case(kind: .asked, step: estimate)]
    if !scenario.condition.isSound {
      told.condition = .sound
      cases.append(Case(kind: .soundFabric, step: try simulate(recipe, told).estimate))
      told.condition = scenario.condition
    }
    if recipe.routing != .balanced, model.experts != nil {
      var even = recipe
      even.routing = .balanced
      cases.append(Case(kind: .evenRouting, step: try simulate(even, told).estimate))
    }
    told.sharesLinks = false
    cases.append(Case(kind: .unsharedLinks, step: try simulate(recipe, told).estimate))
    cases.append(
      Case(
        kind: .formula,
        step: try AnalyticalEstimator().estimate(
          model: model, recipe: recipe, plan: plan, fleet: fleet)))
    self.cases = cases
  }

  /// Simulates the step as it is asked once more, which happens as it did before, and tells a recorder.
  ///
  /// - Returns: What the end of the step waited for.
  public func replay(to recorder: any StepRecorder) throws -> CriticalPath? {
    try SimulationEstimator(asked).simulate(
      model: model, recipe: recipe, plan: estimate.plan, fleet: fleet, recorder: recorder
    ).timeline.criticalPath
  }

  /// How much longer the step takes than in a case; negative where it is shorter.
  public func extra(over kind: Case.Kind) -> Seconds? {
    cases.first { $0.kind == kind }.map { estimate.stepTime - $0.step.stepTime }
  }
}

extension FleetQuestion {
  /// The step to simulate: the given plan's, or that of the best plan, on as many devices and in the number
  /// format that it takes. A plan that is late or dear is simulated all the same.
  fileprivate func step(
    on fleet: Fleet
  ) throws -> (plan: ParallelPlan, recipe: TrainingRecipe, fleet: Fleet) {
    var recipe = scenario.recipe
    switch scenario.plan {
    case .explicit(let plan):
      let plan = plan.laidOut(on: fleet.size)
      let faults = faults(of: plan, on: fleet)
      guard faults.isEmpty else {
        throw PlanRefusal(model: model.id, fleet: fleet.id, faults: faults)
      }
      return (plan, recipe, fleet)
    case .search(let query):
      let outcome = try searched(query, on: fleet).outcome
      guard let best = outcome.bestEstimate, best.fitsMemory else {
        throw NoPlanFits(model: model.id, fleet: fleet.id, nearest: outcome.bestEstimate)
      }
      recipe.precision = best.precision
      return (best.plan, recipe, fleet.sized(best.plan.ranks))
    }
  }
}

/// No plan of the search space fits on a fleet.
public struct NoPlanFits: Error, Sendable, CustomStringConvertible {
  public var model: String
  public var fleet: String
  /// The one that lacks least; nil where no plan is legal at all.
  public var nearest: StepEstimate?

  public var description: String {
    guard let nearest else {
      return "\(model) on \(fleet): no layout is legal. Change the batch or the number of devices."
    }
    let short = (nearest.shortfall / Bytes.GB * 10).rounded(.up) / 10
    return "\(model) on \(fleet): no layout fits in memory, the nearest lacks \(short) GB a rank. "
      + "Use more devices, or give a plan."
  }
}
