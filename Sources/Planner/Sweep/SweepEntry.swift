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
  private let numbers: Numbers
  private let legality = CostTable<Bool>(limit: 1 << 16)

  /// What every row asks for.
  private struct Numbers {
    let devices: Int
    let memoryCapacity: Bytes
    /// The work that the model needs in a step, over the peak of all devices: the time at full
    /// utilization.
    let idealTime: Seconds
    let steps: Double
    /// Of all devices.
    let price: MoneyPerSecond?
  }

  init(model: ModelArchitecture, fleet: Fleet, scenario: Scenario) {
    question = FleetQuestion(model: model, scenario: scenario)
    self.fleet = fleet
    let recipe = scenario.recipe
    var idealTime = Seconds.zero
    if case .explicit(let plan) = scenario.plan,
      let peak = fleet.device.peak(recipe.precision.matrixPrecision)
    {
      base = plan
      let pricer = PlanPricer(model: model, recipe: recipe, costs: FleetCosts(fleet))
      idealTime = pricer.work(.none).model / (peak * Double(fleet.size))
      self.pricer = pricer
    } else {
      base = ParallelPlan()
      pricer = nil
    }
    numbers = Numbers(
      devices: fleet.size, memoryCapacity: fleet.device.memoryCapacity.value,
      idealTime: idealTime, steps: recipe.tokens / recipe.tokensPerStep,
      price: fleet.price.map { $0.rate.value * Double(fleet.size) })
  }

  /// The scenario's own plan, on which swept fields are set.
  var plan: ParallelPlan { base }

  /// - Throws: `EstimateFault` for a result that no machine could reach.
  func row(_ plan: ParallelPlan) throws -> SweepRow {
    guard let pricer else { return try searched() }
    let plan = plan.laidOut(on: numbers.devices)
    let isLegal = legality.value(PlanKey(plan).legality) {
      question.faults(of: plan, on: fleet).isEmpty
    }
    guard isLegal, let step = try pricer.step(plan) else {
      return SweepRow(.refused, devices: numbers.devices)
    }
    let memory = step.peakMemory()
    let fits = memory <= numbers.memoryCapacity
    var row = SweepRow(fits ? .found : .outOfMemory, devices: numbers.devices)
    row.stepTime = step.time()
    row.peakMemory = memory
    row.utilization = numbers.idealTime / row.stepTime
    row.duration = row.stepTime * numbers.steps
    row.cost = numbers.price.map { $0 * row.duration }
    return row
  }

  private func searched() throws -> SweepRow {
    do {
      return SweepRow(try question.answer(on: fleet), scenario: question.scenario)
    } catch let fault as EstimateFault where fault.isOfHardware {
      return SweepRow(.refused, devices: fleet.size)
    }
  }
}
