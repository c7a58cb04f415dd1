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

  /// The best plan, or the given one.
  func answer(on fleet: Fleet) throws -> Comparison.Entry {
    if let barrier = scenario.barriers[fleet.id] {
      return Comparison.Entry(model: model, fleet: fleet, outcome: .barred(barrier))
    }
    switch scenario.plan {
    case .search(let query): return try searched(query, on: fleet)
    case .explicit(let plan): return try explicit(plan, on: fleet)
    }
  }

  /// What a search finds, whether or not the fleet can be had.
  func searched(_ query: PlanQuery, on fleet: Fleet) throws -> Comparison.Entry {
    let search = FleetSearch(model: model, scenario: scenario, fleet: fleet, query: query)
    return try search.takesSmallest ? smallest(search) : answer(search)
  }

  private func answer(_ search: FleetSearch) throws -> Comparison.Entry {
    let outcome = try search.run(sizes: search.sizes)
    return try entry(outcome, search)
  }

  /// What a search found, held against deadline and budget.
  private func entry(
    _ outcome: FleetSearch.Outcome, _ search: FleetSearch
  ) throws -> Comparison.Entry {
    let fleet = search.fleet
    guard let best = outcome.best.first else {
      guard let nearest = outcome.nearest else {
        let faults = search.space(on: fleet.size).fewestFaults
        return Comparison.Entry(model: model, fleet: fleet, outcome: .noPlan(faults: faults))
      }
      let enough = try search.enoughDevices { _ in true }
      return Comparison.Entry(
        model: model, fleet: fleet.sized(nearest.plan.ranks),
        outcome: .noFit(nearest: nearest, enough: enough))
    }
    guard try search.isAllowed(best) else { return try beyond(outcome, search) }
    // Runners-up may be late or dear: they show what was given up.
    let front = search.front(try outcome.bestOfEach.filter(search.isAllowed))
    return Comparison.Entry(
      model: model, fleet: fleet.sized(best.step.plan.ranks),
      outcome: .found(try found(outcome.best, front: front, outcome.evaluated, on: fleet)))
  }

  /// What is nearest where no plan keeps to deadline and budget: the quickest where all are late, and else
  /// the cheapest of those that are not.
  private func beyond(
    _ outcome: FleetSearch.Outcome, _ search: FleetSearch
  ) throws -> Comparison.Entry {
    func entry(
      _ near: FleetSearch.Candidate, _ answer: (Comparison.Found) -> Comparison.Outcome
    ) throws -> Comparison.Entry {
      let found = try found([near], front: [], outcome.evaluated, on: search.fleet)
      return Comparison.Entry(
        model: model, fleet: search.fleet.sized(near.step.plan.ranks), outcome: answer(found))
    }
    let runs = try outcome.bestOfEach.map { (plan: $0, outlook: try search.outlook($0)) }
    let quick = runs.filter { run in scenario.deadline.map { run.outlook.duration <= $0 } ?? true }
    if let cheapest = quick.min(by: { $0.outlook.cost ?? .zero < $1.outlook.cost ?? .zero }) {
      let fewer = try search.fewerDevices(where: search.isAllowed)
      return try entry(cheapest.plan) { .tooDear(cheapest: $0, enough: fewer) }
    }
    let quickest = runs.min { $0.outlook.duration < $1.outlook.duration }
    let enough = try search.enoughDevices(where: search.isAllowed)
    return try entry(quickest?.plan ?? outcome.best[0]) { .tooSlow(quickest: $0, enough: enough) }
  }

  private func found(
    _ plans: [FleetSearch.Candidate], front: [FleetSearch.Candidate], _ evaluated: Int,
    on fleet: Fleet
  ) throws -> Comparison.Found {
    let best = plans[0].step
    let fleet = fleet.sized(best.plan.ranks)
    return try Comparison.Found(
      plans: plans.map(\.step), front: front.map(\.step), evaluated: evaluated,
      run: RunEstimate(step: best, fleet: fleet, tokens: scenario.recipe.tokens),
      total: RunEstimate(step: best, fleet: fleet, tokens: scenario.totalTokens),
      outlook: RunOutlook(step: best, model: model, fleet: fleet, scenario: scenario))
  }

  /// The smallest part of a fleet that trains on all tokens before a deadline.
  ///
  /// Sizes are whole scale-up domains, in numbers that have no prime factor above 7: others leave
  /// few legal layouts. They are tried in rising order from the least that could do it at full
  /// peak, and the first that meets the deadline is the answer.
  private func smallest(_ search: FleetSearch) throws -> Comparison.Entry {
    guard let deadline = scenario.deadline else { return try answer(search) }
    // What disturbs a run only lengthens it, but its steps may be quicker than estimated: by a factor, or for
    // want of exchanges between local ones.
    let setting = scenario.runs[search.fleet.id]
    let ofSteps = deadline / (setting?.timeFactor ?? 1)
    let isLocal = setting.map { $0.conditions.synchronization.localSteps > 1 } ?? false
    let bound =
      isLocal
      ? Seconds(.infinity)
      : scenario.recipe.tokensPerStep / (scenario.totalTokens / ofSteps)
    for size in candidateSizes(search.fleet, deadline: ofSteps) {
      let quick = try search.run(sizes: [size], within: bound)
      guard try quick.best.contains(where: search.isAllowed) else { continue }
      // Once more without the bound, so that the runners-up are those of this size.
      return try entry(search.run(sizes: [size]), search)
    }
    return try answer(search)
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
