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

  @Test("phases meet a deadline with all that disturbs them")
  func phasesInTime() async throws {
    let transfer = FleetMix.CheckpointTransfer(
      bandwidth: BytesPerSecond(1e30), pause: Seconds.hour)
    let plan = ParallelPlan(data: 0, expert: 8)
    var scenario = try await scenario(Self.sideBySide[0].0, plan)
    // The first pool is as quick and twice as dear, but calm.
    scenario.fleets[0].price?.rate = TestRuns.sourced(Money(72) / Seconds.hour)
    scenario.runs["one"] = setting(perDeviceDay: 0)
    scenario.runs["two"] = setting(perDeviceDay: 0.3)
    let entries = try await answer(scenario).entries
    let durations = try entries[0...1].map { try #require($0.run).formula ?? .zero }
    #expect(durations[1] > 1.05 * durations[0])
    let deadline = (durations[0] + durations[1]) / 2 + Seconds.hour
    scenario.mixes[0].sharing = .phases(
      .init(limits: [.any, .any], transfer: transfer, deadline: deadline))
    let (mix, estimate) = try await answer(scenario).mix
    // The steps alone would let the cheap pool do it all.
    #expect(abs(estimate.pools[0].share - 0.5) < 0.01)
    let run = try #require(mix.run)
    #expect(abs((try #require(run.formula) + Seconds.hour) / deadline - 1) < 1e-2)
  }

  @Test("local steps exchange gradients once for all of them")
  func localSteps() async throws {
    let plan = ParallelPlan(data: 0, expert: 8)
    var scenario = try await scenario(Self.sideBySide[0].0, plan)
    for name in scenario.runs.keys {
      scenario.runs[name]?.conditions.synchronization = Synchronization(
        stragglers: .none, localSteps: 4)
    }
    let entry = try await answer(scenario).entries[2]
    guard case .found(let found) = entry.outcome else {
      Issue.record("no plan")
      return
    }
    let exchange = found.step.breakdown[.dataCommunication]
    #expect(exchange > .zero)
    let job = try #require(entry.run).jobs[0]
    let expected = found.step.stepTime - 0.75 * exchange
    #expect(abs(job.stepTime / expected - 1) < 1e-12)
  }

  /// The run of 32 devices of which nothing breaks, and whose owner takes nodes back.
  private func spotRun(notice: Seconds?, backAfter: Seconds? = nil) async throws -> RunAnswer {
    let plan = ParallelPlan(data: 0, expert: 8)
    var scenario = try await scenario(Self.sideBySide[0].0, plan)
    scenario.fleets[2].price?.preemption = Preemption(
      rate: TestRuns.sourced(Occurrences(0.1) / Seconds.day),
      notice: notice.map(TestRuns.sourced), backAfter: backAfter.map(TestRuns.sourced))
    for name in scenario.runs.keys {
      scenario.runs[name]?.reliability.causes = []
      scenario.runs[name]?.reliability.recovery.manualShare = TestRuns.sourced(1)
      scenario.runs[name]?.reliability.recovery.restartSuccess = TestRuns.sourced(0.2)
    }
    return try #require(try await answer(scenario).entries[2].run)
  }

  @Test("machines that their owner takes back are no faults: nobody looks for one")
  func preemption() async throws {
    let mean = try await spotRun(notice: nil).forecast.mean
    #expect(mean.interruptions > 5 && mean[.manual] == .zero)
    // A restart of 360 s each, but for those that another preemption cuts short.
    #expect(mean[.restart].value / mean.interruptions <= 360)
  }

  @Test("a notice that is long enough for a save loses no work; a shorter one helps nothing")
  func notice() async throws {
    // A save takes 60 s.
    let told = try await spotRun(notice: Seconds(60)).forecast.mean
    #expect(told.interruptions == 0 && told[.lostWork] == .zero && told[.planned] > .zero)
    let late = try await spotRun(notice: Seconds(59)).forecast.mean
    #expect(late.interruptions > 5 && late[.lostWork] > .zero && late[.planned] == .zero)
  }

  @Test("nobody pays for machines while their owner has them")
  func rentOfPreempted() async throws {
    let run = try await spotRun(notice: nil, backAfter: 2 * Seconds.hour)
    let mean = run.forecast.mean
    // A node of 8 each time, for two hours or to the end of the run.
    let most = Seconds(7200 * 8 * mean.stops[0])
    #expect(mean.away[0] < most && mean.away[0] > 0.95 * most)
    let bill = try #require(run.bill)
    // 32 devices and two nodes of 8 that stand by, at 36 an hour.
    let paid = mean.duration * 48 - mean.away[0]
    #expect(abs(bill.total.value / (36 * (paid / Seconds.hour)) - 1) < 1e-9)
    #expect(bill.items.last?.name == "taken_back")
    #expect(bill.items.reduce(0) { $0 + $1.amount.value } == bill.total.value)
  }

  @Test("a mix of local steps exchanges its gradients once for all of them", arguments: [0, 1])
  func localStepsOfMixes(index: Int) async throws {
    let link = PoolLink(bandwidth: BytesPerSecond(1e9), latency: Seconds(1e-3))
    let plan = Self.sideBySide[index].1
    var scenario = try await scenario(
      index == 0 ? .replicas(link: link) : .stages(link: nil), plan)
    let every = try #require(try await answer(scenario).mix.0.run).jobs[0].stepTime
    var times: [Seconds] = []
    for steps in [2, 1_000_000] {
      for name in scenario.runs.keys {
        scenario.runs[name]?.conditions.synchronization = Synchronization(
          stragglers: .none, localSteps: steps)
      }
      times.append(try #require(try await answer(scenario).mix.0.run).jobs[0].stepTime)
    }
    // Half of the exchanges, or none.
    #expect(times[1] < every && abs((every - times[0]) / (every - times[1]) - 0.5) < 1e-3)
  }

  @Test("a run that is given up is no result: neither days nor a bill")
  func givenUp() async throws {
    let plan = ParallelPlan(data: 0, expert: 8)
    var scenario = try await scenario(Self.sideBySide[0].0, plan, days: 0.2)
    // Some failures a minute on 32 devices, none on 16 of those.
    scenario.runs["sum"] = setting(perDeviceDay: 300)
    let entries = try await answer(scenario).entries
    let run = try #require(entries[2].run)
    #expect(run.forecast.mean.unfinished == 1 && run.duration == nil && run.bill == nil)
    let whole = try #require(entries[0].run)
    #expect(whole.duration == whole.forecast.duration && whole.bill != nil)
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
