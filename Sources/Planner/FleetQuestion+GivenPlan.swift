import Hardware
public import Parallelism
import Workload

extension FleetQuestion {
  /// A given plan on all devices of a fleet: `data` follows from its size where it is left open.
  func laidOut(_ plan: ParallelPlan, on fleet: Fleet) -> ParallelPlan {
    var plan = plan
    if plan.data == 0 {
      let others = plan.tensor * plan.context * plan.pipeline
      plan.data = max(1, fleet.size / max(1, others))
    }
    return plan
  }

  /// Every reason why a plan cannot run the model on a fleet.
  func faults(of plan: ParallelPlan, on fleet: Fleet) -> [PlanFault] {
    var faults = plan.faults(
      model: model, sequenceLength: scenario.recipe.sequenceLength,
      globalBatch: scenario.recipe.globalBatch, ranks: fleet.size)
    if !fleet.stack.schedules.contains(plan.scheduleName) {
      faults.append(
        .scheduleNotInStack(
          schedule: plan.scheduleName, stack: fleet.stack.id,
          choices: fleet.stack.schedules.sorted()))
    }
    return faults
  }
}

extension Scenario {
  /// Every reason why the given plan cannot run one of the models on one of the fleets, each once.
  public var planFaults: [PlanFault] {
    guard case .explicit(let plan) = plan else { return [] }
    var seen: Set<PlanFault> = []
    return models.flatMap { model in
      let question = FleetQuestion(model: model, scenario: self)
      return fleets.flatMap { question.faults(of: question.laidOut(plan, on: $0), on: $0) }
    }.filter { seen.insert($0).inserted }
  }
}
