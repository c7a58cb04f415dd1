import Analytical
import CostModel
import Hardware
public import Parallelism
import TrainingRun
import Units
import Workload

extension FleetQuestion {
  /// The estimate of the given plan, held against memory, deadline and budget.
  func explicit(_ plan: ParallelPlan, on fleet: Fleet) throws -> Comparison.Entry {
    let plan = plan.laidOut(on: fleet.size)
    let faults = faults(of: plan, on: fleet)
    guard faults.isEmpty else {
      throw PlanRefusal(model: model.id, fleet: fleet.id, faults: faults)
    }
    let estimate = try AnalyticalEstimator().estimate(
      model: model, recipe: scenario.recipe, plan: plan, fleet: fleet)
    try estimate.checkPhysics()
    guard estimate.fitsMemory else {
      return Comparison.Entry(
        model: model, fleet: fleet, outcome: .noFit(nearest: estimate, enough: nil))
    }
    let found = try Comparison.Found(
      plans: [estimate], front: [estimate], evaluated: 1,
      run: RunEstimate(step: estimate, fleet: fleet, tokens: scenario.recipe.tokens),
      total: RunEstimate(step: estimate, fleet: fleet, tokens: scenario.totalTokens),
      outlook: RunOutlook(step: estimate, model: model, fleet: fleet, scenario: scenario))
    let isLate = scenario.deadline.map { found.outlook.duration > $0 } ?? false
    return Comparison.Entry(
      model: model, fleet: fleet,
      outcome: isLate ? .tooSlow(quickest: found, enough: nil) : .found(found))
  }

  /// Every reason why a plan cannot run the model on a fleet.
  func faults(of plan: ParallelPlan, on fleet: Fleet) -> [PlanFault] {
    fleet.faults(of: plan, model: model, recipe: scenario.recipe)
  }
}

extension Fleet {
  /// Every reason why a plan cannot run a model: its own, and that of the software stack.
  func faults(
    of plan: ParallelPlan, model: ModelArchitecture, recipe: TrainingRecipe
  ) -> [PlanFault] {
    var faults = plan.faults(
      model: model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
      ranks: size)
    if !stack.schedules.contains(plan.scheduleName) {
      faults.append(
        .scheduleNotInStack(
          schedule: plan.scheduleName, stack: stack.id, choices: stack.schedules.sorted()))
    }
    return faults
  }
}

extension ParallelPlan {
  /// A given plan on all devices of a fleet: `data` follows from their number where it is left open.
  func laidOut(on devices: Int) -> Self {
    var plan = self
    if data == 0 { plan.data = max(1, devices / max(1, tensor * context * pipeline)) }
    return plan
  }
}

extension Scenario {
  /// Every reason why the given plan cannot run one of the models on one of the fleets, each once.
  public var planFaults: [PlanFault] {
    guard case .explicit(let plan) = plan else { return [] }
    var seen: Set<PlanFault> = []
    return models.flatMap { model in
      let question = FleetQuestion(model: model, scenario: self)
      return fleets.flatMap { question.faults(of: plan.laidOut(on: $0.size), on: $0) }
    }.filter { seen.insert($0).inserted }
  }
}
