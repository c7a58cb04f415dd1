import Analytical
public import CostModel
public import Hardware
public import Parallelism
import TrainingRun
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

  public enum Verdict: Sendable {
    /// Rules that refuse it.
    case refused([PlanFault])
    /// The hardware cannot run it.
    case cannotRun(EstimateFault)
    case outOfMemory(StepEstimate)
    /// It runs; by part of the step, the best plan's time and this one's stand side by side.
    case runs(StepEstimate)
  }
}

extension Comparison {
  /// Holds a plan that the user names against the best plan of each entry.
  public func explain(_ plan: ParallelPlan) throws -> [PlanExplanation] {
    try entries.map { entry in
      let question = FleetQuestion(model: entry.model, scenario: scenario)
      let plan = plan.laidOut(on: entry.fleet.size)
      let fleet = entry.fleet
      return PlanExplanation(
        model: entry.model, fleet: fleet, plan: plan,
        verdict: try question.verdict(plan, on: fleet), best: entry.outcome.bestEstimate)
    }
  }
}

extension FleetQuestion {
  fileprivate func verdict(
    _ plan: ParallelPlan, on fleet: Fleet
  ) throws -> PlanExplanation.Verdict {
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
