import Analytical
import CostModel
public import Hardware
import Parallelism
import Units
public import Workload

/// All plans of a search space, each priced, and some of them held against the estimator.
public struct PlanCensus: Sendable {
  public let model: ModelArchitecture
  public let fleet: Fleet
  public private(set) var plans = 0
  public private(set) var fitting = 0
  private let recipe: TrainingRecipe
  /// Every so many-th plan.
  private var sample: [(plan: ParallelPlan, time: Seconds, memory: Bytes)] = []

  public var sampled: Int { sample.count }

  /// Prices every plan of the scenario's space for a model on a fleet.
  ///
  /// - Parameter interval: How many plans lie between two of the sample.
  public init?(
    _ scenario: Scenario, model: ModelArchitecture, fleet: Fleet, interval: Int = 9973
  ) throws {
    guard case .search(let query) = scenario.plan else { return nil }
    self.model = model
    self.fleet = fleet
    recipe = scenario.recipe
    let capacity = fleet.device.memoryCapacity.value
    try PlanSearch(
      model: model, recipe: recipe, fleet: fleet, constraints: query.constraints
    ).forEachPlan { plan, time, memory in
      if plans % interval == 0 { sample.append((plan, time, memory)) }
      plans += 1
      if memory <= capacity { fitting += 1 }
    }
  }

  /// The largest difference between the sample and what the estimator says of its plans, of step times or
  /// of memory, as a part of either.
  public func worstDifference() throws -> Double {
    try sample.reduce(0) { worst, priced in
      let estimate = try AnalyticalEstimator().estimate(
        model: model, recipe: recipe, plan: priced.plan, fleet: fleet)
      let time = abs(priced.time / estimate.stepTime - 1)
      let memory = abs(priced.memory / estimate.peakMemory.total - 1)
      return max(worst, time, memory)
    }
  }
}
