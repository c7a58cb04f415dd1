import Analytical
import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// One model of a scenario, asked of one fleet.
struct FleetQuestion {
  let model: ModelArchitecture
  let scenario: Scenario

  /// The best plan, or the given one, on all devices of a fleet.
  func answer(on fleet: Fleet) throws -> Comparison.Entry {
    try answer(on: fleet, with: pricer(of: fleet))
  }

  private func answer(
    on fleet: Fleet, with pricer: PlanPricer, within bound: Seconds = Seconds(.infinity)
  ) throws -> Comparison.Entry {
    let outcome: PlanSearch.Outcome
    switch scenario.plan {
    case .best:
      outcome = try PlanSearch(model: model, recipe: scenario.recipe, fleet: fleet)
        .run(with: pricer, within: bound)
    case .explicit(let plan):
      outcome = try explicit(plan, on: fleet)
    }
    return Comparison.Entry(model: model, fleet: fleet, outcome: judged(outcome, on: fleet))
  }

  private func pricer(of fleet: Fleet) -> PlanPricer {
    PlanPricer(model: model, recipe: scenario.recipe, costs: FleetCosts(fleet))
  }

  private func explicit(_ plan: ParallelPlan, on fleet: Fleet) throws -> PlanSearch.Outcome {
    let plan = laidOut(plan, on: fleet)
    let faults = faults(of: plan, on: fleet)
    guard faults.isEmpty else {
      throw PlanRefusal(model: model.id, fleet: fleet.id, faults: faults)
    }
    let estimate = try AnalyticalEstimator().estimate(
      model: model, recipe: scenario.recipe, plan: plan, fleet: fleet)
    try estimate.checkPhysics()
    return PlanSearch.Outcome(
      best: estimate.fitsMemory ? [estimate] : [], evaluated: 1,
      nearest: estimate.fitsMemory ? nil : estimate)
  }

  private func judged(_ outcome: PlanSearch.Outcome, on fleet: Fleet) -> Comparison.Outcome {
    guard let best = outcome.best.first else {
      return outcome.nearest.map { .noFit(nearest: $0) } ?? .noPlan
    }
    return .found(
      Comparison.Found(
        plans: outcome.best, evaluated: outcome.evaluated,
        run: RunEstimate(step: best, fleet: fleet, tokens: scenario.recipe.tokens),
        total: RunEstimate(step: best, fleet: fleet, tokens: scenario.totalTokens)))
  }

  /// The smallest part of a fleet that trains on all tokens before a deadline.
  ///
  /// Sizes are whole scale-up domains, in numbers that have no prime factor above 7: others leave
  /// few legal layouts. They are tried in rising order from the least that could do it at full
  /// peak, and the first that meets the deadline is the answer. A given plan runs on the whole fleet.
  func smallest(_ fleet: Fleet, deadline: Seconds) throws -> Comparison.Entry {
    let pricer = pricer(of: fleet)
    let bound = scenario.recipe.tokensPerStep / (scenario.totalTokens / deadline)
    let sizes = isSearch ? candidateSizes(fleet, deadline: deadline) : []
    for size in sizes {
      var part = fleet
      part.size = size
      let entry = try answer(on: part, with: pricer, within: bound)
      // Once more without the bound, so that the runners-up are those of this size.
      if case .found = entry.outcome { return try answer(on: part, with: pricer) }
    }
    var entry = try answer(on: fleet, with: pricer)
    if case .found(let found) = entry.outcome, found.total.duration > deadline {
      entry.outcome = .tooSlow(quickest: found)
    }
    return entry
  }

  private var isSearch: Bool {
    if case .best = scenario.plan { true } else { false }
  }

  private func candidateSizes(_ fleet: Fleet, deadline: Seconds) -> [Int] {
    let domain = fleet.fabric.scaleUp.domainSize
    let least = leastDevices(fleet, deadline: deadline)
    let domains = stride(from: 1, through: max(1, fleet.size / domain), by: 1)
    let sizes = domains.filter(hasSmallFactors).map { min($0 * domain, fleet.size) }
    return sizes.filter { Double($0) >= least }
  }

  /// Devices that would do it at full peak.
  private func leastDevices(_ fleet: Fleet, deadline: Seconds) -> Double {
    guard let peak = fleet.device.peak(scenario.recipe.precision.matrixPrecision) else { return 1 }
    let work = ModelWork(
      model: model, recipe: scenario.recipe, recompute: .none, habits: fleet.stack.kernels)
    let steps = scenario.totalTokens / scenario.recipe.tokensPerStep
    return work.model * steps / (peak * deadline)
  }

  private func hasSmallFactors(_ number: Int) -> Bool {
    var rest = number
    for prime in [2, 3, 5, 7] {
      while rest % prime == 0 { rest /= prime }
    }
    return rest == 1
  }
}
