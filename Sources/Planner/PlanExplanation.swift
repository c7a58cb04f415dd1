import Analytical
public import CostModel
public import Hardware
public import Parallelism
import Units
public import Workload

/// Why a plan loses against the best one of a model on a fleet.
public struct PlanExplanation: Sendable {
  public var model: ModelArchitecture
  /// The fleet, with the size that the plan was asked for.
  public var fleet: Fleet
  public var plan: ParallelPlan
  public var verdict: Verdict
  /// The best plan, or the leanest where none fits; nil where there is none.
  public var best: StepEstimate?
  /// The axes of the search whose values are not those of the plan, as a scenario writes them.
  public var axesOutside: [String] = []
  /// All tokens of the scenario, under the plan and under the best one.
  public var run: RunOutlook?
  public var bestRun: RunOutlook?

  public enum Verdict: Sendable {
    /// The fleet cannot be had.
    case barred(MarketBarrier)
    /// Rules that refuse it.
    case refused([PlanFault])
    /// The hardware cannot run it.
    case cannotRun(EstimateFault)
    case outOfMemory(StepEstimate)
    /// It runs; by part of the step, the best plan's time and this one's stand side by side.
    case runs(StepEstimate)
  }

  public var isBest: Bool { plan == best?.plan }
}

extension Comparison {
  /// Holds a plan that the user names against the best plan of each entry.
  public func explain(_ plan: ParallelPlan) throws -> [PlanExplanation] {
    try zip(entries, questions).map { entry, asked in
      try FleetQuestion(model: entry.model, scenario: scenario)
        .explain(plan, on: asked.fleet, against: entry)
    }
  }
}

extension FleetQuestion {
  /// - Parameter fleet: The whole of it; the answer may speak of a part.
  fileprivate func explain(
    _ plan: ParallelPlan, on fleet: Fleet, against entry: Comparison.Entry
  ) throws -> PlanExplanation {
    var search: FleetSearch?
    if case .search(let query) = scenario.plan {
      search = FleetSearch(model: model, scenario: scenario, fleet: fleet, query: query)
    }
    let isAsked = plan.data > 0 && search?.asks(plan.ranks) ?? false
    let fleet = fleet.sized(isAsked ? plan.ranks : entry.fleet.size)
    let plan = plan.laidOut(on: fleet.size)
    let best = entry.outcome.bestEstimate
    var explanation = PlanExplanation(
      model: model, fleet: fleet, plan: plan, verdict: try verdict(plan, on: fleet), best: best,
      axesOutside: search?.space(on: fleet.size).axesWithout(plan) ?? [])
    explanation.bestRun = try best.map {
      try RunOutlook(
        step: $0, model: model, fleet: fleet.sized($0.plan.ranks), scenario: scenario)
    }
    if case .runs(let step) = explanation.verdict {
      explanation.run = try RunOutlook(step: step, model: model, fleet: fleet, scenario: scenario)
    }
    return explanation
  }

  private func verdict(_ plan: ParallelPlan, on fleet: Fleet) throws -> PlanExplanation.Verdict {
    if let barrier = scenario.barriers[fleet.id] { return .barred(barrier) }
    let faults = faults(of: plan, on: fleet)
    guard faults.isEmpty else { return .refused(faults) }
    do {
      let estimate = try AnalyticalEstimator().estimate(
        model: model, recipe: scenario.recipe, plan: plan, fleet: fleet)
      try estimate.checkPhysics()
      return estimate.fitsMemory ? .runs(estimate) : .outOfMemory(estimate)
    } catch let fault as EstimateFault where fault.isOfHardware {
      return .cannotRun(fault)
    }
  }
}

extension FleetSearch {
  /// Whether plans on a number of devices are among those that are searched.
  fileprivate func asks(_ size: Int) -> Bool {
    takesSmallest ? size <= fleet.size : sizes.contains(size)
  }
}

extension SearchSpace {
  /// The axes none of whose values a plan has.
  fileprivate func axesWithout(_ plan: ParallelPlan) -> [String] {
    let rest = max(1, plan.pipeline * plan.data)
    let layersOfEnds = ends(plan)
    let axes: [(name: String, holds: Bool)] = [
      ("tensor", tensorRanks.contains(plan.tensor)),
      ("context", contextRanks.contains(plan.context)),
      ("pipeline", pipelineRanks(rest).contains(plan.pipeline)),
      ("virtual_stages", virtualStages(plan).contains(plan.virtualStages)),
      ("first_stage_layers", layersOfEnds.contains { $0.first == plan.firstStageLayers }),
      ("last_stage_layers", layersOfEnds.contains { $0.last == plan.lastStageLayers }),
      ("expert", expertRanks.contains(plan.expert)),
      ("expert_tensor", expertTensorRanks(plan.tensor).contains(plan.expertTensor)),
      ("micro_batch", microBatches.contains(plan.microBatch)),
      ("schedule", schedules(plan).contains(plan.schedule)),
      ("sharding", shardings(plan).contains(plan.sharding)),
      ("recompute", recomputeLevels.contains(plan.recompute)),
      ("overlap", overlaps(plan).contains(plan.overlap)),
      ("prefetch", plan.prefetch == ParallelPlan().prefetch),
    ]
    return axes.filter { !$0.holds }.map(\.name)
  }
}

extension Comparison.Outcome {
  /// The best plan, or the nearest one where none answers the question.
  public var bestEstimate: StepEstimate? {
    switch self {
    case .found(let found), .tooSlow(quickest: let found, enough: _),
      .tooDear(cheapest: let found, enough: _):
      found.step
    case .noFit(let nearest, enough: _): nearest
    case .noPlan, .barred, .cannotRun: nil
    }
  }
}
