import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// The search for one model's plans on one kind of fleet: over numbers of devices and number formats, as
/// far as the scenario leaves them open.
struct FleetSearch {
  let model: ModelArchitecture
  let scenario: Scenario
  let fleet: Fleet
  let query: PlanQuery
  /// One a number format, in the order in which they are tried.
  private let pricers: [PlanPricer]

  init(model: ModelArchitecture, scenario: Scenario, fleet: Fleet, query: PlanQuery) {
    self.model = model
    self.scenario = scenario
    self.fleet = fleet
    self.query = query
    let costs = FleetCosts(fleet)
    let written = scenario.recipe.precision
    let formats = query.constraints.precision.values(
      usual: [written],
      any: TrainingPrecision.allCases)
    // A format that the device lacks is left out where it has another one; alone it is refused.
    let able = formats.filter { fleet.device.peak($0.matrixPrecision) != nil }
    pricers = (able.isEmpty ? formats : able).map { format in
      var recipe = scenario.recipe
      recipe.precision = format
      return PlanPricer(model: model, recipe: recipe, costs: costs)
    }
  }

  /// Whether the answer is the smallest part of the fleet that meets the deadline.
  var takesSmallest: Bool {
    guard case .usual = query.constraints.devices else { return false }
    return scenario.deadline != nil && query.objective == nil
  }

  /// The recipe in each number format.
  var recipes: [TrainingRecipe] { pricers.map(\.recipe) }

  /// A plan that fits, with the run that it makes.
  struct Candidate {
    let step: StepEstimate
    let run: RunEstimate
  }

  struct Outcome {
    /// Best first; those that break deadline or budget after all others.
    var best: [Candidate] = []
    /// The best of each number of devices and number format.
    var bestOfEach: [Candidate] = []
    var evaluated = 0
    /// The plan that needs the least memory, where none fits.
    var nearest: StepEstimate?
  }

  /// The numbers of devices to try.
  var sizes: [Int] {
    let domain = fleet.fabric.scaleUp.domainSize
    let doublings = sequence(first: domain) { 2 * $0 }.prefix { $0 < fleet.size }
    let sizes = query.constraints.devices.values(
      usual: [fleet.size], any: Array(doublings) + [fleet.size])
    return sizes.filter { $0 <= fleet.available ?? .max }
  }

  /// The best plans on some numbers of devices.
  ///
  /// - Parameters:
  ///   - bound: Plans with a longer step are of no interest.
  ///   - keep: The number of plans to keep.
  func run(
    sizes: [Int], within bound: Seconds = Seconds(.infinity), keep: Int = 10
  ) throws -> Outcome {
    var outcome = Outcome()
    for size in sizes {
      for pricer in pricers {
        let found = try PlanSearch(
          model: model, recipe: pricer.recipe, fleet: fleet.sized(size),
          constraints: query.constraints, keep: keep
        ).run(with: pricer, within: bound, byClass: ranksRuns)
        let candidates = try ranked(found.best.map(candidate))
        outcome.evaluated += found.evaluated
        outcome.best += candidates.prefix(keep)
        outcome.bestOfEach += candidates.prefix(1)
        if let lean = found.nearest, lean.shortfall < outcome.nearest?.shortfall ?? Bytes(.infinity)
        {
          outcome.nearest = lean
        }
      }
    }
    let best = try ranked(outcome.best)
    let allowed = try best.map(isAllowed)
    let order = best.indices.filter { allowed[$0] } + best.indices.filter { !allowed[$0] }
    outcome.best = order.prefix(keep).map { best[$0] }
    return outcome
  }

  /// Whether plans are ranked by whole runs, of which the time of a step does not say all.
  private var ranksRuns: Bool { query.ranking == .goodputCost && scenario.runs[fleet.id] != nil }

  /// The plans that are considered on a number of devices, whatever the number format.
  func space(on size: Int) -> SearchSpace {
    SearchSpace(
      model: model, recipe: scenario.recipe, fleet: fleet.sized(size),
      constraints: query.constraints)
  }

  func candidate(_ step: StepEstimate) -> Candidate {
    Candidate(
      step: step,
      run: RunEstimate(
        step: step, fleet: fleet.sized(step.plan.ranks), tokens: scenario.totalTokens))
  }

  /// By the objective; equals keep their order, so that the answer never depends on a sort.
  func ranked(_ candidates: [Candidate]) throws -> [Candidate] {
    let values = try candidates.map(value)
    return candidates.indices.sorted { (values[$0], $0) < (values[$1], $1) }.map { candidates[$0] }
  }

  private func value(_ candidate: Candidate) throws -> Double {
    if query.ranking == .goodputCost, let setting = scenario.runs[fleet.id],
      let cost = try RunQuestion(
        model: model, fleet: fleet.sized(candidate.step.plan.ranks), step: candidate.step,
        setting: setting, scenario: scenario
      ).expectedCost()
    {
      return cost.value
    }
    return query.ranking.value(of: candidate.run, on: fleet)
  }

  /// The candidates that no other beats both in cost, or device time without a price, and in time.
  func front(_ candidates: [Candidate]) -> [Candidate] {
    Planner.front(
      candidates,
      by: ({ $0.run.duration.value }, { $0.run.cost?.value ?? $0.run.deviceTime.value }))
  }

  /// Whether the whole run keeps to deadline and budget.
  func isAllowed(_ candidate: Candidate) throws -> Bool {
    guard scenario.deadline != nil || scenario.budget != nil else { return true }
    let outlook = try outlook(candidate)
    if let deadline = scenario.deadline, outlook.duration > deadline { return false }
    if let budget = scenario.budget, let cost = outlook.cost, cost > budget { return false }
    return true
  }

  func outlook(_ candidate: Candidate) throws -> RunOutlook {
    try RunOutlook(
      step: candidate.step, model: model, fleet: fleet.sized(candidate.step.plan.ranks),
      scenario: scenario)
  }

  /// The smallest number of devices beyond those asked for on which some plan passes a test, among their
  /// doublings up to 64 times; nil where none does, or none can be had.
  func enoughDevices(where test: (Candidate) throws -> Bool) throws -> Int? {
    let most = sizes.max() ?? fleet.size
    let sizes = [2, 4, 8, 16, 32, 64].map { $0 * most }
    return try sizes.first { try $0 <= fleet.available ?? .max && passes(test, on: $0) }
  }

  /// The largest number of devices below those asked for on which some plan passes a test, among their halves
  /// down to a 64th; nil where none does. Fewer devices wait less for each other, so a run on them may be
  /// cheaper.
  func fewerDevices(where test: (Candidate) throws -> Bool) throws -> Int? {
    let least = sizes.min() ?? fleet.size
    let sizes = [2, 4, 8, 16, 32, 64].filter { least % $0 == 0 }.map { least / $0 }
    return try sizes.first { try passes(test, on: $0) }
  }

  private func passes(_ test: (Candidate) throws -> Bool, on size: Int) throws -> Bool {
    try run(sizes: [size], keep: 1).best.contains(where: test)
  }
}

extension Fleet {
  /// The same kind of fleet with another number of devices.
  func sized(_ size: Int) -> Fleet {
    var fleet = self
    fleet.size = size
    return fleet
  }
}
