import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun
import Units
import Workload

@testable import Planner

/// Deadline and budget rule plans out, whatever a search is after.
@Suite("Deadline and budget of a search")
struct LimitTests {
  private func scenario(_ objective: Objective?, devices: [Int]?) -> Scenario {
    var query = PlanQuery()
    query.objective = objective
    if let devices { query.constraints.devices = .of(devices) }
    var scenario = SweepTests.scenario(ParallelPlan())
    scenario.plan = .search(query)
    return scenario
  }

  private func outcome(_ scenario: Scenario) throws -> Comparison.Outcome {
    try FleetQuestion(model: SmallModels.experts, scenario: scenario)
      .answer(on: scenario.fleets[0]).outcome
  }

  /// The whole run of the best plan on a number of devices.
  private func run(_ devices: Int) throws -> RunEstimate {
    guard case .found(let found) = try outcome(scenario(nil, devices: [devices])) else {
      throw NoPlanFits(model: "", fleet: "", nearest: nil)
    }
    return found.total
  }

  @Test("of several numbers of devices, the best plan and the front keep to the deadline")
  func deadline() throws {
    let (half, all) = (try run(8), try run(16))
    try #require(half.cost! < all.cost! && all.duration < half.duration)
    var asked = scenario(.cost, devices: [8, 16])
    asked.deadline = (half.duration + all.duration) * 0.5
    guard case .found(let found) = try outcome(asked) else {
      Issue.record("16 do")
      return
    }
    #expect(found.step.plan.ranks == 16 && found.total.duration <= asked.deadline!)
    #expect(found.front.map(\.plan.ranks) == [16])
  }

  @Test("of several numbers of devices, the best plan and the front keep to the budget")
  func budget() throws {
    let (half, all) = (try run(8), try run(16))
    var asked = scenario(.time, devices: [8, 16])
    asked.budget = (half.cost! + all.cost!) * 0.5
    guard case .found(let found) = try outcome(asked) else {
      Issue.record("8 do")
      return
    }
    #expect(found.step.plan.ranks == 8 && found.total.cost! <= asked.budget!)
    #expect(found.front.map(\.plan.ranks) == [8])
  }

  @Test("where all plans are too dear, the cheapest is told, whatever the objective")
  func cheapest() throws {
    var asked = scenario(.time, devices: [8, 16])
    asked.budget = Money(1)
    guard case .tooDear(let cheapest, _) = try outcome(asked) else {
      Issue.record("dear")
      return
    }
    #expect(cheapest.total.cost == (try run(8)).cost)
  }

  @Test("a deadline alone asks for the smallest fleet; with an objective it only rules plans out")
  func smallest() throws {
    for (objective, devices) in [(nil, 8), (Objective.time, 16)] {
      var asked = scenario(objective, devices: nil)
      asked.deadline = try run(8).duration * 1.01
      guard case .found(let found) = try outcome(asked) else {
        Issue.record("8 do")
        return
      }
      #expect(found.step.plan.ranks == devices)
    }
  }

  @Test("the number of devices that would do is counted from those that were asked for")
  func enough() throws {
    var asked = scenario(nil, devices: [2])
    func least(_ devices: Int) throws -> Bytes {
      var least = Bytes(.infinity)
      try PlanSearch(
        model: SmallModels.experts, recipe: asked.recipe, fleet: IdealFleet.fleet(size: devices)
      ).forEachPlan { _, _, memory in least = min(least, memory) }
      return least
    }
    let (two, four) = (try least(2), try least(4))
    try #require(four < two)
    asked.fleets[0].device.memoryCapacity.value = (two + four) * 0.5
    guard case .noFit(_, let enough) = try outcome(asked) else {
      Issue.record("2 have too little memory")
      return
    }
    #expect(enough == 4)
  }

  @Test("a number format that the device lacks is left out where another is listed")
  func formats() throws {
    var asked = scenario(nil, devices: nil)
    guard case .search(var query) = asked.plan else { return }
    query.constraints.precision = .of([.tf32, .bf16])
    asked.plan = .search(query)
    guard case .found(let found) = try outcome(asked) else {
      Issue.record("bf16 runs")
      return
    }
    #expect(found.plans.allSatisfy { $0.precision == .bf16 })
    query.constraints.precision = .of([.tf32])
    asked.plan = .search(query)
    #expect(throws: EstimateFault.self) { try outcome(asked) }
  }
}
