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
  /// The numbers of devices that the space holds.
  public let sizes: [Int]
  public private(set) var plans = 0
  public private(set) var fitting = 0
  /// Every so many-th plan.
  private var sample: [Priced] = []

  private struct Priced {
    let plan: ParallelPlan
    let recipe: TrainingRecipe
    let time: Seconds
    let memory: Bytes
  }

  public var sampled: Int { sample.count }

  /// Prices every plan of the scenario's space for a model on a fleet, on every number of devices and in every
  /// number format.
  ///
  /// - Parameter interval: How many plans lie between two of the sample.
  public init?(
    _ scenario: Scenario, model: ModelArchitecture, fleet: Fleet, interval: Int = 9973
  ) throws {
    guard case .search(let query) = scenario.plan else { return nil }
    self.model = model
    self.fleet = fleet
    let search = FleetSearch(model: model, scenario: scenario, fleet: fleet, query: query)
    sizes = search.sizes
    let capacity = fleet.device.memoryCapacity.value
    for size in sizes {
      for recipe in search.recipes {
        try PlanSearch(
          model: model, recipe: recipe, fleet: fleet.sized(size), constraints: query.constraints
        ).forEachPlan { plan, time, memory in
          if plans % interval == 0 {
            sample.append(Priced(plan: plan, recipe: recipe, time: time, memory: memory))
          }
          plans += 1
          if memory <= capacity { fitting += 1 }
        }
      }
    }
  }

  /// The largest difference between the sample and what the estimator says of its plans, of step times or
  /// of memory, as a part of either.
  public func worstDifference() throws -> Double {
    try sample.reduce(0) { worst, priced in
      let estimate = try AnalyticalEstimator().estimate(
        model: model, recipe: priced.recipe, plan: priced.plan,
        fleet: fleet.sized(priced.plan.ranks))
      let time = abs(priced.time / estimate.stepTime - 1)
      let memory = abs(priced.memory / estimate.peakMemory.total - 1)
      return max(worst, time, memory)
    }
  }
}
