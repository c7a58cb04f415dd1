import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun
import Units
import Workload

@testable import Planner

@Suite("The run of fleets that train together")
struct MixRunTests {
  private func setting(spares: Int = 1, perDeviceDay rate: Double = 0.1) -> RunSetting {
    TestRuns.setting(rate: Occurrences(rate) / Seconds.day, spares: spares, runs: 20)
  }

  private func fleet(_ id: String, _ size: Int) -> Fleet {
    var fleet = IdealFleet.fleet(size: size)
    fleet.id = id
    fleet.price?.rate = TestRuns.sourced(Money(36) / Seconds.hour)
    return fleet
  }

  /// Two pools of 16 devices, and a fleet of all 32 beside them.
  private func scenario(
    _ sharing: FleetMix.Sharing, _ plan: ParallelPlan, days: Double = 5.3
  ) async throws -> Scenario {
    var scenario = Scenario(
      id: "s", title: "S", models: [SmallModels.experts],
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16),
      fleets: [fleet("one", 16), fleet("two", 16), fleet("sum", 32)],
      mixes: [FleetMix(name: "m", pools: ["one", "two"], sharing: sharing)],
      plan: .explicit(plan), baseline: nil, currency: "RMB", totalTokens: .trillion, deadline: nil,
      references: [], inputs: [])
    // So many tokens that the two together take some days.
    let trillion = try await answer(scenario).mix
    scenario.recipe.tokens = .trillion * (days * Seconds.day / trillion.1.duration)
    scenario.totalTokens = scenario.recipe.tokens
    scenario.runs = ["one": setting(), "two": setting(), "sum": setting(spares: 2)]
    return scenario
  }

  private func answer(
    _ scenario: Scenario
  ) async throws -> (mix: (MixAnswer, MixEstimate), entries: [Comparison.Entry]) {
    let comparison = try await Comparison.answer(scenario)
    let mix = try #require(comparison.mixes.first)
    guard case .found(let estimate) = mix.outcome else {
      Issue.record("no answer: \(mix.outcome)")
      throw MixFault.noStages
    }
    return ((mix, estimate), comparison.entries)
  }

  static let sideBySide: [(FleetMix.Sharing, ParallelPlan)] = [
    (.replicas(link: nil), ParallelPlan(data: 0, expert: 8)),
    (.stages(link: nil), ParallelPlan(pipeline: 4, data: 0, expert: 4)),
  ]

  @Test(
    "two equal pools side by side run, fail and cost as one fleet of the sum", arguments: [0, 1])
  func equalPools(index: Int) async throws {
    let (sharing, plan) = Self.sideBySide[index]
    let (mix, entries) = try await answer(try await scenario(sharing, plan))
    let run = try #require(mix.0.run)
    let sum = try #require(entries[2].run)
    let (formula, whole) = (try #require(run.formula), try #require(sum.formula))
    #expect(abs(formula / whole - 1) < 1e-9)
    // 3.2 failures a day of 32 devices.
    let daily = run.jobs[0].interruptionRate * Seconds.day
    #expect(abs(daily.value - 3.2) < 1e-9)
    let error = run.forecast.durationError
    #expect(abs((run.forecast.duration - formula).value) < 4 * error.value)
    // 32 devices and two nodes of 8 that stand by, at 36 an hour.
    let cost = 36 * 48 * (run.forecast.duration / Seconds.hour)
    let bill = try #require(run.bill)
    #expect(abs(bill.total.value / cost - 1) < 1e-9)
    #expect(bill.items.contains { $0.name == "two: lost_work" && $0.amount > .zero })
  }

  @Test("a pool that fails more often makes the whole run longer")
  func unequalPools() async throws {
    let (sharing, plan) = Self.sideBySide[0]
    var scenario = try await scenario(sharing, plan)
    let calm = try #require(try await answer(scenario).mix.0.run)
    scenario.runs["two"] = setting(perDeviceDay: 0.3)
    let rough = try #require(try await answer(scenario).mix.0.run)
    // 16 devices at 0.1 and 16 at 0.3 fail as often as 32 at 0.2.
    scenario.runs["two"] = setting(perDeviceDay: 0.2)
    scenario.runs["one"] = setting(perDeviceDay: 0.2)
    let even = try #require(try await answer(scenario).mix.0.run)
    #expect(rough.forecast.goodput.mean < calm.forecast.goodput.mean)
    #expect(abs(try #require(rough.formula) / (try #require(even.formula)) - 1) < 1e-9)
    // Three of four stops are those of the second pool.
    let stops = rough.forecast.mean.stops
    #expect(abs(stops[1] / (stops[0] + stops[1]) - 0.75) < 0.05)
  }

  @Test("the pool whose steps are slower than estimated holds up all", arguments: [0, 1])
  func timeFactor(index: Int) async throws {
    let (sharing, plan) = Self.sideBySide[index]
    var scenario = try await scenario(sharing, plan)
    let (mix, estimate) = try await answer(scenario).mix
    scenario.runs["two"]?.timeFactor = 1.5
    let slowed = try #require(try await answer(scenario).mix.0.run).jobs[0].stepTime
    let step = try #require(estimate.step?.time)
    #expect(abs(try #require(mix.run).jobs[0].stepTime / step - 1) < 1e-12)
    // Of replicas nothing is as slow as the slow pool; of stages the others' share of the fill is.
    #expect(slowed <= 1.5 * step * (1 + 1e-12) && slowed > 1.3 * step)
  }

  @Test("in turn each pool has its own failures, ledger and bill, and the handover is planned time")
  func phases() async throws {
    let transfer = FleetMix.CheckpointTransfer(
      bandwidth: BytesPerSecond(1e30), pause: Seconds.hour)
    let plan = ParallelPlan(data: 0, expert: 8)
    let base = try await scenario(Self.sideBySide[0].0, plan)
    var scenario = base
    let half = base.recipe.tokens / 2
    scenario.mixes[0].sharing = .phases(
      .init(limits: [.exactly(half), .exactly(half)], transfer: transfer, deadline: nil))
    scenario.runs["two"] = setting(perDeviceDay: 0)
    let (mix, entries) = try await answer(scenario)
    let run = try #require(mix.0.run)
    #expect(run.jobs.count == 2 && run.job == nil)
    let alone = try #require(entries[0].run).jobs[0].work
    #expect(abs(run.jobs[0].work / alone - 0.5) < 1e-9)
    let ledgers = run.forecast.meanOfJobs
    #expect(ledgers[0].interruptions > 0 && ledgers[1].interruptions == 0)
    #expect(abs(ledgers[1][.planned] / Seconds.hour - 1) < 1e-9)
    let parts = RunPart.allCases.reduce(Seconds.zero) { $0 + run.forecast.mean[$1] }
    #expect(abs(parts / (ledgers[0].duration + ledgers[1].duration) - 1) < 1e-12)
    // Each pool of 16 and a node of 8 is paid for its own turn, at 36 an hour.
    let cost = 36 * 24 * (run.forecast.duration / Seconds.hour)
    #expect(abs(try #require(run.bill).total.value / cost - 1) < 1e-9)
  }

  @Test("equal pools in turn take what one takes, with a batch that grows meanwhile")
  func rampInPhases() async throws {
    let transfer = FleetMix.CheckpointTransfer(bandwidth: BytesPerSecond(1e30), pause: .zero)
    let plan = ParallelPlan(data: 0, expert: 8)
    var scenario = try await scenario(Self.sideBySide[0].0, plan)
    // The first pool trains a fifth of the tokens, and the batch grows over half of them.
    let tokens = scenario.recipe.tokens
    scenario.mixes[0].sharing = .phases(
      .init(
        limits: [.exactly(tokens / 5), .exactly(tokens * 0.8)], transfer: transfer, deadline: nil))
    for name in scenario.runs.keys {
      scenario.runs[name]?.conditions.batchRamp = BatchRamp(start: 16, share: 0.5)
    }
    let (mix, entries) = try await answer(scenario)
    let jobs = try #require(mix.0.run).jobs
    let whole = try #require(entries[0].run).jobs[0]
    #expect(whole.rampWork > .zero && jobs[1].rampWork > .zero)
    // The dearest tokens come first.
    #expect(jobs[0].rampWork > 0.4 * whole.rampWork)
    #expect(abs((jobs[0].rampWork + jobs[1].rampWork) / whole.rampWork - 1) < 1e-9)
    let formula = try #require(mix.0.run?.formula)
    #expect(abs(formula / (try #require(entries[0].run?.formula)) - 1) < 1e-3)
  }

  @Test("a mix with a pool that cannot be had says so")
  func barred() async throws {
    let (sharing, plan) = Self.sideBySide[0]
    var scenario = try await scenario(sharing, plan)
    let day = try #require(CalendarDate("2023-12-01"))
    scenario.barriers["two"] = .notSupplied(day: day, next: nil)
    let comparison = try await Comparison.answer(scenario)
    guard case .impossible(.barred(fleet: "two", _))? = comparison.mixes.first?.outcome else {
      Issue.record("a pool that nobody sells trains")
      return
    }
  }
}
