import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun
import Units

@testable import Planner

@Suite("What a search is after")
struct ObjectiveTests {
  /// A node of 8 devices fails every 1,000 s in the mean, and it takes 600 s to go on.
  private let setting = TestRuns.setting(
    rate: Occurrences(1) / Seconds(8000), spares: 2)

  private func question(
    _ objective: Objective, devices: [Int], runs: RunSetting? = nil,
    _ constrain: (inout SearchConstraints) -> Void = { _ in }
  ) throws -> FleetSearch {
    var query = PlanQuery()
    query.objective = objective
    query.constraints.devices = .of(devices)
    constrain(&query.constraints)
    var scenario = SweepTests.scenario(ParallelPlan())
    scenario.plan = .search(query)
    scenario.runs = ["ideal": runs ?? setting]
    return FleetSearch(
      model: SmallModels.experts, scenario: scenario, fleet: scenario.fleets[0], query: query)
  }

  @Test("the expected cost is the price of the expected time, of spares too")
  func expectedCost() throws {
    let search = try question(.goodputCost, devices: [16])
    let step = try #require(try search.run(sizes: [16]).best.first).step
    let run = RunQuestion(
      model: search.model, fleet: search.fleet, step: step, setting: setting,
      scenario: search.scenario)
    // 16 devices and two nodes of 8 that stand by, at 36 an hour.
    let duration = try #require(GoodputFormula(run.job(ramp: .none))).duration
    let cost = try #require(try run.expectedCost())
    #expect(abs(cost.value / (36 * 32 * (duration / Seconds.hour)) - 1) < 1e-12)
  }

  // A segment of 1,800 s and a save takes (e^(1860 λ) − 1) / λ · e^(600 λ): 9,883 s at λ of 1 in 1,000 s,
  // 66,800 s at twice that.
  @Test(
    "where devices fail often, fewer of them win though they cost half as much again undisturbed")
  func goodput() throws {
    for (objective, winner) in [(Objective.cost, 16), (.goodputCost, 8)] {
      let search = try question(objective, devices: [8, 16])
      var few = try #require(try search.run(sizes: [8]).best.first).step
      let many = try #require(try search.run(sizes: [16]).best.first)
      let ratio = many.run.deviceTime / search.candidate(few).run.deviceTime
      few.breakdown = few.breakdown * (1.5 * ratio)
      let ranked = try search.ranked([search.candidate(few), many])
      #expect(ranked.first?.step.plan.ranks == winner)
    }
  }

  @Test("a deadline is held against the run, and not against steps that nothing disturbs")
  func deadline() async throws {
    let search = try question(.cost, devices: [16])
    var scenario = search.scenario
    let found = try #require(try search.run(sizes: [16]).best.first)
    let outlook = try search.outlook(found)
    let steps = found.run.duration
    #expect(outlook.duration > 2 * steps)
    for (deadline, isMet) in [(1.01 * outlook.duration, true), (2 * steps, false)] {
      scenario.deadline = deadline
      let entry = try FleetQuestion(model: search.model, scenario: scenario)
        .answer(on: scenario.fleets[0])
      switch entry.outcome {
      case .found: #expect(isMet)
      case .tooSlow(let quickest, _):
        #expect(!isMet && quickest.total.duration < deadline)
        #expect(quickest.outlook.duration > deadline)
      default: Issue.record("no answer: \(entry.outcome)")
      }
    }
  }

  @Test("where the budget is too small for all devices, fewer are named that keep to it")
  func budget() throws {
    var scenario = SweepTests.scenario(ParallelPlan())
    let query = PlanQuery()
    scenario.plan = .search(query)
    let search = FleetSearch(
      model: SmallModels.experts, scenario: scenario, fleet: scenario.fleets[0], query: query)
    func cost(_ devices: Int) throws -> Money {
      try #require(try search.run(sizes: [devices]).best.first?.run.cost)
    }
    let (half, all) = (try cost(8), try cost(16))
    try #require(half < all)
    scenario.budget = (half + all) * 0.5
    let question = FleetQuestion(model: SmallModels.experts, scenario: scenario)
    guard case .tooDear(_, let enough) = try question.answer(on: scenario.fleets[0]).outcome else {
      Issue.record("16 devices are too dear")
      return
    }
    #expect(enough == 8)
  }

  // A rank writes 1 MB/s: the more ranks write a checkpoint, the less its saves take.
  @Test("no part of a space holds a plan with a lower expected cost than the best of the whole")
  func wholeSpace() throws {
    var slow = setting
    slow.conditions.checkpoint.stall = .zero
    slow.conditions.checkpoint.persist = .zero
    slow.storage = CheckpointStorage(
      writer: BytesPerSecond(1e6), total: BytesPerSecond(1e12))
    func best(_ constrain: (inout SearchConstraints) -> Void) throws -> Money? {
      let search = try question(.goodputCost, devices: [16], runs: slow, constrain)
      guard let best = try search.run(sizes: [16]).best.first else { return nil }
      return try RunQuestion(
        model: search.model, fleet: search.fleet, step: best.step, setting: slow,
        scenario: search.scenario
      ).expectedCost()
    }
    let whole = try #require(try best { _ in })
    for ranks in [1, 2, 4, 8] {
      for part in [
        try best { $0.tensor = .of([ranks]) }, try best { $0.expert = .of([ranks]) },
        try best { $0.pipeline = .of([ranks]) }, try best { $0.microBatch = .of([ranks]) },
      ] { #expect(whole <= part ?? whole) }
    }
    let quick = try question(.cost, devices: [16], runs: slow).run(sizes: [16]).best[0].step.plan
    #expect(quick.tensor * quick.pipeline * quick.expert < 16)
  }
}
