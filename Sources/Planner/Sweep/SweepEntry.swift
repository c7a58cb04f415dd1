import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// One model on one fleet at one setting of all inputs but the plan: prices plans row by row.
final class SweepEntry {
  private let question: FleetQuestion
  private let fleet: Fleet
  /// Nil where the scenario searches for its plan.
  private let pricer: PlanPricer?
  private let base: ParallelPlan
  private let tokensPerStep: Tokens
  private let isScheduled: [Bool]

  init(model: ModelArchitecture, fleet: Fleet, scenario: Scenario) {
    question = FleetQuestion(model: model, scenario: scenario)
    self.fleet = fleet
    tokensPerStep = scenario.recipe.tokensPerStep
    if case .explicit(let plan) = scenario.plan {
      base = plan
      pricer = PlanPricer(model: model, recipe: scenario.recipe, costs: FleetCosts(fleet))
    } else {
      base = ParallelPlan()
      pricer = nil
    }
    isScheduled = ScheduleKind.allCases.flatMap { kind in
      [1, 2].map { chunks in
        let plan = ParallelPlan(virtualStages: chunks, schedule: kind)
        return fleet.stack.schedules.contains(plan.scheduleName)
      }
    }
  }

  /// The scenario's own plan, on which swept fields are set.
  var plan: ParallelPlan { base }

  /// - Throws: `EstimateFault` for a result that no machine could reach.
  func row(_ plan: ParallelPlan) throws -> SweepRow {
    guard let pricer else { return try searched() }
    let plan = question.laidOut(plan, on: fleet)
    let recipe = question.scenario.recipe
    let isLegal = plan.faults(
      model: question.model, sequenceLength: recipe.sequenceLength,
      globalBatch: recipe.globalBatch, ranks: fleet.size
    ).isEmpty
    guard isLegal, runs(plan), let peak = fleet.device.peak(recipe.precision.matrixPrecision),
      let step = try pricer.step(plan)
    else { return SweepRow(.refused, devices: fleet.size) }
    let memory = step.costs.peakMemory()
    let fits = memory <= fleet.device.memoryCapacity.value
    var row = SweepRow(fits ? .found : .outOfMemory, devices: fleet.size)
    row.stepTime = step.time()
    row.peakMemory = memory
    row.utilization =
      pricer.work(plan.recompute).model / (peak * Double(plan.ranks) * row.stepTime)
    row.duration = row.stepTime * (recipe.tokens / tokensPerStep)
    row.cost = fleet.price.map { $0.rate.value * (row.duration * Double(fleet.size)) }
    return row
  }

  /// Whether the software stack has the schedule of a plan.
  private func runs(_ plan: ParallelPlan) -> Bool {
    guard let kind = ScheduleKind.allCases.firstIndex(of: plan.schedule) else { return false }
    return isScheduled[2 * kind + (plan.virtualStages > 1 ? 1 : 0)]
  }

  private func searched() throws -> SweepRow {
    do {
      return SweepRow(try question.answer(on: fleet), scenario: question.scenario)
    } catch let fault as EstimateFault where fault.isOfHardware {
      return SweepRow(.refused, devices: fleet.size)
    }
  }
}
