import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// One model on one fleet at one setting of all inputs but the plan: prices plans row by row.
final class SweepEntry {
  private let question: FleetQuestion
  let fleet: Fleet
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
    /// Of the scenario's unit of tokens, and of all tokens.
    let steps: Double
    let allSteps: Double
    /// Of all devices.
    let price: MoneyPerSecond?
    let deadline: Seconds
    let budget: Money
    /// Whether the fleet cannot be had.
    let isBarred: Bool
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
      allSteps: scenario.totalTokens / recipe.tokensPerStep,
      price: fleet.price.map { $0.rate.value * Double(fleet.size) },
      deadline: scenario.deadline ?? Seconds(.infinity),
      budget: scenario.budget ?? Money(.infinity), isBarred: scenario.barriers[fleet.id] != nil)
  }

  /// The name of the model.
  var model: String { question.model.id }

  /// The scenario's own plan, on which swept fields are set.
  var plan: ParallelPlan { base }

  func row(_ plan: ParallelPlan) throws -> SweepRow {
    guard let pricer else { return try searched() }
    if numbers.isBarred { return SweepRow(.barred, devices: numbers.devices) }
    let plan = plan.laidOut(on: numbers.devices)
    let isLegal = legality.value(PlanKey(plan).legality) {
      question.faults(of: plan, on: fleet).isEmpty
    }
    guard isLegal, let step = try pricer.step(plan) else {
      return SweepRow(.refused, devices: numbers.devices)
    }
    var row = SweepRow(.found, devices: numbers.devices)
    row.stepTime = step.time(of: plan)
    row.peakMemory = step.peakMemory()
    row.utilization = numbers.idealTime / row.stepTime
    row.duration = row.stepTime * numbers.steps
    row.cost = numbers.price.map { $0 * row.duration }
    row.status = status(row)
    return row
  }

  /// What a priced plan lacks: memory first, then time, then money, as in an answer.
  private func status(_ row: SweepRow) -> SweepRow.Status {
    if row.peakMemory > numbers.memoryCapacity { return .outOfMemory }
    let whole = row.stepTime * numbers.allSteps
    if whole > numbers.deadline { return .tooSlow }
    if let price = numbers.price, price * whole > numbers.budget { return .tooDear }
    return .found
  }

  private func searched() throws -> SweepRow {
    do {
      return SweepRow(try question.answer(on: fleet), scenario: question.scenario)
    } catch let fault as EstimateFault where fault.isOfHardware {
      return SweepRow(.refused, devices: fleet.size)
    }
  }
}
