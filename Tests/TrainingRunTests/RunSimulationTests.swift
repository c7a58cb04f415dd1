import Hardware
import Testing
import Units

@testable import TrainingRun

@Suite("A run as a sequence of disturbances")
struct RunSimulationTests {
  @Test("a run that nothing disturbs takes its work and its saves")
  func undisturbed() async {
    // 90 days of work in stretches of 30 minutes: 4,320, with a save of a minute between two. The last
    // save begins when all is done.
    let forecast = await RunForecast(Jobs.job(Jobs.reliability([])))
    #expect(abs(forecast.duration.value - (90 * 86_400 + 4319 * 60)) < 1e-3)
    #expect(forecast.mean.interruptions == 0)
    #expect(forecast.mean.checkpoints == 4320)
  }

  @Test(
    "the mean duration is that of the closed form, within the error of the draw",
    arguments: [4e-4, 2e-3, 8e-3])
  func closedForm(rate: Double) async throws {
    let job = Jobs.job(
      days: 20, devices: 4096, Jobs.reliability([Jobs.cause(perDeviceDay: rate)]),
      RunConditions(checkpoint: Jobs.blocking, runs: 400))
    let forecast = await RunForecast(job)
    let formula = try #require(GoodputFormula(job))
    let difference = (forecast.duration - formula.duration).value
    #expect(abs(difference) < 4 * forecast.durationError.value)
    #expect(forecast.durationError < 0.01 * forecast.duration)
  }

  @Test("restarts that fail are repeated, as often in the simulation as in the closed form")
  func failedRestarts() async throws {
    var reliability = Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3)])
    let sure = Jobs.job(days: 20, devices: 4096, reliability)
    reliability.recovery.restartSuccess = Jobs.sourced(0.25)
    let conditions = RunConditions(checkpoint: Jobs.blocking, runs: 400)
    let job = Jobs.job(days: 20, devices: 4096, reliability, conditions)
    let forecast = await RunForecast(job)
    let formula = try #require(GoodputFormula(job))
    #expect(
      abs((forecast.duration - formula.duration).value) < 4 * forecast.durationError.value)
    // Of four restarts in the mean three fail, each 360 + 60 s and 120 s until that is noticed; a few of them
    // end in a failure before that.
    let more = formula.duration - (try #require(GoodputFormula(sure))).duration
    let repeated = forecast.mean.interruptions * Seconds(3 * 540)
    #expect(more / repeated > 0.9 && more / repeated < 1)
  }

  @Test("steps that vary take as long as steady ones in the mean, and spread the duration")
  func variation() async {
    func forecast(_ variation: Double) async -> RunForecast {
      let conditions = RunConditions(
        checkpoint: Jobs.blocking, stepVariation: variation, runs: 400)
      return await RunForecast(Jobs.job(days: 2, Jobs.reliability([]), conditions))
    }
    let steady = await forecast(0)
    // 17,280 steps of a deviation of a half: 0.5 / √17,280 = 0.38 % of two days, 657 s.
    let varied = await forecast(0.5)
    #expect(steady.durationError < Seconds(0.01))
    #expect(abs(varied.durationError.value - 657.3 / 20) < 4)
    let difference = (varied.duration - steady.duration).value
    #expect(abs(difference) < 4 * varied.durationError.value)
    #expect(abs(varied.mean[.stepVariation].value) < 4 * varied.durationError.value)
  }

  // 4,096 devices at 4e-4 failures a day each fail every 14.6 h; saves go on for 10 min after a minute's
  // stall, which adds 1 % to what failures undo.
  @Test("saves that go on beside training lengthen the closed form as they lengthen the mean")
  func savesThatGoOn() async throws {
    let checkpoint = CheckpointPlan(
      interval: Seconds(1800), stall: Seconds(60), persist: Seconds(660), load: Seconds(60))
    let job = Jobs.job(
      days: 20, devices: 4096, Jobs.reliability([Jobs.cause(perDeviceDay: 4e-4)]),
      RunConditions(checkpoint: checkpoint, runs: 400))
    #expect(GoodputFormula(job) == nil)
    let forecast = await RunForecast(job)
    let formula = GoodputFormula(nearest: job).duration
    #expect(abs(forecast.duration / formula - 1) < 0.003)
    #expect(formula > job.work)
  }

  @Test("the closed form of one segment is Daly's")
  func daly() throws {
    // One segment without a save after it: e^(λR) (e^(λτ) − 1) / λ; λ one in 10,000 s, τ 1,800 s,
    // R 120 + 360 + 60 + 60 = 600 s: 1.06184 · 0.19722 · 10,000 = 2,094.1 s.
    let job = RunJob(
      work: Seconds(1800), stepTime: Seconds(10), devices: 1, replica: 1,
      reliability: Jobs.reliability([Jobs.cause(perDeviceDay: 8.64)]),
      conditions: RunConditions(checkpoint: Jobs.blocking))
    #expect(abs(try #require(GoodputFormula(job)).duration.value - 2094.1) < 0.1)
  }

  @Test("more failures never raise goodput", arguments: [1, 2, 3])
  func moreFailures(seed: UInt64) async {
    var last = 1.0
    for rate in [0, 1e-4, 4e-4, 1e-3, 2e-3] {
      var conditions = RunConditions(checkpoint: Jobs.blocking, runs: 10, seed: seed)
      conditions.spareNodes = 64
      let forecast = await RunForecast(
        Jobs.job(
          days: 10, Jobs.reliability([Jobs.cause(perDeviceDay: rate)], repair: Seconds.day),
          conditions))
      #expect(forecast.goodput.mean <= last)
      last = forecast.goodput.mean
    }
  }

  @Test("the parts of the time add up to it, whatever happens", arguments: [1, 2, 3])
  func addsUp(seed: UInt64) async {
    var conditions = RunConditions(
      checkpoint: CheckpointPlan(
        interval: nil, stall: Seconds(2), persist: Seconds(300), load: Seconds(120),
        memory: .init(interval: Seconds(60), stall: Seconds(0.2), load: Seconds(20))),
      spareNodes: 1, shortage: .shrink, stepVariation: 0.05,
      synchronization: Synchronization(stragglers: .bounded(probability: 1e-4, slowdown: 0.2)),
      lossSpikes: LossSpikes(rate: Jobs.perDay(0.5), policy: .rollBack, steps: 10),
      evaluation: 0.01, runs: 1, seed: seed)
    let slow = SlowNodes(
      rate: Jobs.sourced(Jobs.perDay(1e-4)), slowdown: Jobs.sourced(0.1),
      detection: Jobs.sourced(Seconds.day))
    let causes = [
      Jobs.cause(perDeviceDay: 1e-3, law: .weibull(shape: 0.7, age: .zero)),
      Jobs.cause("switch", perDeviceDay: 1e-5, scope: .leafSwitch),
      Jobs.cause("supernode", perDeviceDay: 1e-6, scope: .supernode),
      Jobs.cause("software", perDeviceDay: 1e-4, scope: .job),
      Jobs.cause("maintenance", perDeviceDay: 1e-4, isPlanned: true),
    ]
    conditions.horizon = 20 * Seconds.day
    let forecast = await RunForecast(
      Jobs.job(
        days: 400, Jobs.reliability(causes, repair: 3 * Seconds.day, slowNodes: slow), conditions))
    #expect(abs(forecast.duration.value - 20 * 86_400) < 1e-3)
    for part in RunPart.allCases where part != .stepVariation && part != .waitingForSpares {
      let isOff = part == .batchRamp || part == .manual
      #expect(isOff ? forecast.mean[part] == .zero : forecast.mean[part] > .zero, "\(part)")
    }
  }

  @Test("the answer does not depend on the number of threads")
  func threads() async {
    let job = Jobs.job(days: 5, Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3)]))
    let one = await RunForecast(job, threads: 1)
    let five = await RunForecast(job, threads: 5)
    #expect(one.duration == five.duration && one.goodput == five.goodput)
    #expect(one.interruptions == five.interruptions)
  }

  @Test("the nearest formula counts slow nodes, announced stops and skipped spikes")
  func nearestFormula() async {
    // Two announced stops a day of 480 s each, 1.1 % of the time; a slow node for 1 − e^(−0.1) of the time,
    // in which a sixth is lost, 1.6 %; two spikes a day of five steps of 10 s, 0.1 %.
    let slow = SlowNodes(
      rate: Jobs.sourced(Jobs.perDay(0.1 / 2048)), slowdown: Jobs.sourced(0.2),
      detection: Jobs.sourced(Seconds.day))
    let maintenance = Jobs.cause(perDeviceDay: 2.0 / 2048, scope: .job, isPlanned: true)
    let job = Jobs.job(
      days: 30, devices: 2048, Jobs.reliability([maintenance], slowNodes: slow),
      RunConditions(
        checkpoint: Jobs.blocking,
        lossSpikes: LossSpikes(rate: Jobs.perDay(2), policy: .skip, steps: 5), runs: 400))
    let formula = GoodputFormula(nearest: job).duration
    let drawn = await RunForecast(job).duration
    #expect(abs(formula / drawn - 1) < 0.002)
    // Without the three it would be 3 % short: saves alone, one of 60 s each half an hour.
    #expect(drawn / (30 * Seconds.day) > 1.06)
  }

  @Test("a mean of few runs is that of the forecast of the same runs, to the last bit")
  func means() async {
    let job = Jobs.job(
      days: 2, Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3)]),
      RunConditions(checkpoint: Jobs.blocking, runs: 150, seed: 3))
    let mean = [job].meanLedgers(streams: 0..<150)[0]
    let forecast = await RunForecast(job).mean
    for part in RunPart.allCases { #expect(mean[part] == forecast[part], "\(part)") }
  }

  @Test("interruptions come as often as their rate says, of every law")
  func frequency() async {
    // 4e-4 · 16,384 devices · 30 days = 196.6; the mean of 100 runs is within 3 · 14 / 10.
    for law in [FailureCause.Law.exponential, .weibull(shape: 1, age: Seconds.day)] {
      let conditions = RunConditions(
        checkpoint: Jobs.blocking, horizon: 30 * Seconds.day, runs: 100)
      let forecast = await RunForecast(
        Jobs.job(Jobs.reliability([Jobs.cause(perDeviceDay: 4e-4, law: law)]), conditions))
      #expect(abs(forecast.mean.interruptions - 196.6) < 4.3)
    }
  }

  @Test(
    "devices that fail together fail as often by either law, be they more than the fleet has",
    arguments: [(384, FailureCause.Scope.supernode), (1024, .supernode), (24, .leafSwitch)])
  func groups(group: Int, scope: FailureCause.Scope) async {
    // 0.01 · 512 devices · 30 days = 153.6; the mean of 100 runs is within 3 · 12.4 / 10.
    for law in [FailureCause.Law.exponential, .weibull(shape: 1, age: .zero)] {
      var reliability = Jobs.reliability([Jobs.cause(perDeviceDay: 0.01, law: law, scope: scope)])
      reliability.groups = FailureGroups(node: 8, leafSwitch: group, supernode: group)
      let conditions = RunConditions(
        checkpoint: Jobs.blocking, horizon: 30 * Seconds.day, runs: 100)
      let forecast = await RunForecast(Jobs.job(devices: 512, reliability, conditions))
      #expect(abs(forecast.mean.interruptions - 153.6) < 3.8)
    }
  }

  @Test("a group larger than the fleet takes no more nodes than the fleet has")
  func wholeFleet() async {
    var reliability = Jobs.reliability(
      [Jobs.cause(perDeviceDay: 0.01, scope: .supernode)], repair: Seconds.day)
    reliability.groups.supernode = 4096
    // 512 devices are 64 nodes, all of which are a day in repair after each of 5 stops a day: enough stand by
    // for 25.
    let conditions = RunConditions(checkpoint: Jobs.blocking, spareNodes: 1600, runs: 5)
    let forecast = await RunForecast(Jobs.job(days: 10, devices: 512, reliability, conditions))
    #expect(forecast.mean.interruptions > 10)
    #expect(forecast.mean[.waitingForSpares] == .zero)
  }

  @Test("young devices of an infant law fail more often than old ones")
  func infancy() async {
    var interruptions: [Double] = []
    for age in [0.0, 300] {
      let cause = Jobs.cause(
        perDeviceDay: 4e-4, law: .weibull(shape: 0.6, age: age * Seconds.day))
      let conditions = RunConditions(checkpoint: Jobs.blocking, horizon: 10 * Seconds.day, runs: 20)
      interruptions.append(
        await RunForecast(Jobs.job(Jobs.reliability([cause]), conditions)).mean.interruptions)
    }
    #expect(interruptions[0] > 2 * interruptions[1])
  }

  @Test(
    "an announced stop, its restart and its reload are planned time, and nobody looks for a fault")
  func announced() async {
    let conditions = RunConditions(checkpoint: Jobs.blocking, runs: 20)
    let mean = await RunForecast(
      Jobs.job(
        days: 20, devices: 4096,
        Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3, isPlanned: true)]), conditions)
    ).mean
    // A save of 60 s, a restart of 360, a replacement and a reload of 60 each; the few that fall into another's
    // recovery add the replacement alone.
    let each = mean[.planned].value / mean.stops[0]
    #expect(each > 0.95 * 540 && each <= 540)
    for part in [RunPart.detection, .restart, .replacement, .reload, .lostWork] {
      #expect(mean[part] == .zero, "\(part)")
    }
  }

  @Test("an announced stop never shortens the recovery that it falls into")
  func announcedInRecovery() async {
    var reliability = Jobs.reliability([Jobs.cause(perDeviceDay: 1e-4)])
    reliability.recovery.manualShare = Jobs.sourced(1)
    reliability.recovery.manualDelay = Jobs.sourced(6 * Seconds.hour)
    func mean() async -> RunLedger {
      await RunForecast(
        Jobs.job(
          days: 20, devices: 1024, reliability, RunConditions(checkpoint: Jobs.blocking, runs: 40))
      ).mean
    }
    let calm = await mean()
    reliability.causes.append(Jobs.cause("maintenance", perDeviceDay: 8e-3, isPlanned: true))
    let busy = await mean()
    // Six hours of a person for each failure, whatever else is done meanwhile; the few that another failure
    // cuts short begin anew.
    for ledger in [calm, busy] {
      #expect(abs(ledger[.manual] / ledger.interruptions / Seconds.hour - 6) < 0.5)
    }
    #expect(busy.goodput < calm.goodput)
  }

  @Test("stops are counted in whole numbers, none in a run that nothing stops")
  func wholeCounts() async {
    let calm = await RunForecast(Jobs.job(days: 1, Jobs.reliability([]))).interruptions
    #expect([calm.p5, calm.p50, calm.p95].allSatisfy { $0 == 0 && $0.sign == .plus })
    let some = await RunForecast(
      Jobs.job(days: 5, Jobs.reliability([Jobs.cause(perDeviceDay: 1e-4)])))
    #expect(some.interruptions.p50 == some.interruptions.p50.rounded())
    #expect(some.interruptions.p5 < some.interruptions.p95)
  }

  @Test("a run that can never end is given up, and says so")
  func hopeless() async {
    let conditions = RunConditions(checkpoint: Jobs.blocking, runs: 2)
    let forecast = await RunForecast(
      Jobs.job(
        days: 0.5, Jobs.reliability([Jobs.cause(perDeviceDay: 1e-2)], repair: 10 * Seconds.day),
        conditions))
    #expect(forecast.mean.unfinished == 1)
    #expect(forecast.goodput.p50 < 0.01)
  }

  @Test("a ramp of the batch is told apart from the work that counts")
  func ramp() async {
    let job = RunJob(
      work: Seconds(9000), rampWork: Seconds(1000), stepTime: Seconds(10), devices: 8, replica: 8,
      reliability: Jobs.reliability([]),
      conditions: RunConditions(checkpoint: Jobs.blocking, runs: 1))
    let mean = await RunForecast(job).mean
    #expect(abs(mean[.productive].value - 9000) < 1e-6)
    #expect(abs(mean[.batchRamp].value - 1000) < 1e-6)
  }

  @Test("a horizon within the ramp holds all of it that came before")
  func rampAndHorizon() async {
    // 1,000 s more over the first tenth of 100,000 s: the ramp ends after 11,000 s of steps.
    func mean(horizon: Double) async -> RunLedger {
      let free = CheckpointPlan(
        interval: Seconds(1800), stall: .zero, persist: .zero, load: .zero)
      let job = RunJob(
        work: Seconds(100_000), rampWork: Seconds(1000), rampShare: 0.1, stepTime: Seconds(10),
        devices: 8, replica: 8, reliability: Jobs.reliability([]),
        conditions: RunConditions(checkpoint: free, horizon: Seconds(horizon), runs: 1))
      return await RunForecast(job).mean
    }
    #expect(abs(await mean(horizon: 5500)[.batchRamp].value - 500) < 1e-3)
    #expect(abs(await mean(horizon: 20_000)[.batchRamp].value - 1000) < 1e-3)
  }

  @Test("pools of one kind fail, shrink and recover as the fleet that they make together")
  func pools() async throws {
    let reliability = Jobs.reliability([Jobs.cause(perDeviceDay: 2e-3)])
    let conditions = RunConditions(checkpoint: Jobs.blocking, runs: 200)
    let half = RunPool(
      devices: 2048, replica: 128, share: 0.5, reliability: reliability, spareNodes: 0)
    let split = RunJob(
      work: 20 * Seconds.day, stepTime: Seconds(10), pools: [half, half], conditions: conditions)
    let whole = Jobs.job(days: 20, devices: 4096, reliability, conditions)
    let forecast = await RunForecast(split)
    let formula = try #require(GoodputFormula(whole)).duration
    #expect(abs(try #require(GoodputFormula(split)).duration / formula - 1) < 1e-12)
    #expect(abs((forecast.duration - formula).value) < 4 * forecast.durationError.value)
    // 9 nodes of 8 devices are one replica of 128: 1 of the 16 of a pool that does half of the work.
    #expect(half.missingShare(nodes: 9) == 0.5 / 16)
    #expect(half.missingShare(nodes: 0) == 0)
  }

  @Test("jobs in turn add up, each with its own ledger, up to a horizon over all")
  func jobsInTurn() async {
    func job(_ days: Double, horizon: Seconds? = nil) -> RunJob {
      let free = CheckpointPlan(
        interval: Seconds(1800), stall: .zero, persist: .zero, load: .zero)
      let pool = RunPool(
        devices: 64, replica: 8, reliability: Jobs.reliability([]), spareNodes: 0)
      return RunJob(
        work: days * Seconds.day, stepTime: Seconds(10), pools: [pool], handover: Seconds.hour,
        conditions: RunConditions(checkpoint: free, horizon: horizon, runs: 3))
    }
    let both = await RunForecast([job(2), job(3)])
    #expect(abs(both.duration / Seconds.hour - (5 * 24 + 2)) < 1e-9)
    #expect(abs(both.meanOfJobs[1].duration / Seconds.hour - (3 * 24 + 1)) < 1e-9)
    #expect(abs(both.mean[.planned] / Seconds.hour - 2) < 1e-9)
    // Of three days, one hour is the first handover, two days the first job, one hour the second handover.
    let horizon = 3 * Seconds.day
    let cut = await RunForecast([job(2, horizon: horizon), job(3, horizon: horizon)])
    #expect(abs(cut.duration / horizon - 1) < 1e-9)
    #expect(abs(cut.meanOfJobs[1][.productive] / Seconds.hour - 22) < 1e-6)
  }
}
