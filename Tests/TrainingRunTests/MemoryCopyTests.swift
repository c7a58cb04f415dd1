import Hardware
import Testing
import Units

@testable import TrainingRun

@Suite("Copies in memory beside saves")
struct MemoryCopyTests {
  @Test("copies in memory lose less work, except where a switch takes both copies")
  func copies() async {
    var lost: [Seconds] = []
    for (scope, memory) in [
      (FailureCause.Scope.node, false), (.node, true), (.leafSwitch, true),
    ] {
      var plan = Jobs.blocking
      if memory { plan.memory = .init(interval: Seconds(60), stall: .zero, load: Seconds(10)) }
      let forecast = await RunForecast(
        Jobs.job(
          days: 20, Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3, scope: scope)]),
          RunConditions(checkpoint: plan, runs: 20)))
      lost.append(forecast.mean[.lostWork])
    }
    #expect(lost[1] < 0.1 * lost[0])
    #expect(lost[2] > 0.8 * lost[0])
  }

  @Test("the best interval with copies in memory is that of what undoes a save")
  func bestWithCopies() async {
    // Nodes fail every 53 min and leave copies, switches every 15 h and leave none.
    let causes = [
      Jobs.cause(perDeviceDay: 0.0265, scope: .node),
      Jobs.cause("switch", perDeviceDay: 1.6e-3, scope: .leafSwitch),
    ]
    func job(_ interval: Seconds?) -> RunJob {
      let plan = CheckpointPlan(
        interval: interval, stall: Seconds(60), persist: Seconds(60), load: Seconds(60),
        memory: .init(interval: Seconds(60), stall: Seconds(0.1), load: Seconds(20)))
      return Jobs.job(
        days: 20, devices: 1024, Jobs.reliability(causes),
        RunConditions(checkpoint: plan, runs: 60))
    }
    let best = job(nil)
    // Young's √(2 · 60 s · 14.6 h) = 2,515 s.
    #expect(abs(best.interval.value / 2515 - 1) < 0.1)
    let forecast = await RunForecast(best)
    for factor in [0.25, 4] {
      #expect(await RunForecast(job(factor * best.interval)).duration > forecast.duration)
    }
    // A failure in a recovery is what the formula leaves out.
    #expect(abs(GoodputFormula(nearest: best).duration / forecast.duration - 1) < 0.03)
  }

  // 20 days of work, a save each two hours of it but the last: 239, though nodes fail every 53 minutes.
  @Test("saves go on at their interval, however often a run comes back from a copy")
  func savesBetweenCopies() async {
    let plan = CheckpointPlan(
      interval: 2 * .hour, stall: Seconds(60), persist: Seconds(60), load: Seconds(60),
      memory: .init(interval: Seconds(60), stall: .zero, load: Seconds(20)))
    let forecast = await RunForecast(
      Jobs.job(
        days: 20, devices: 1024, Jobs.reliability([Jobs.cause(perDeviceDay: 0.0265)]),
        RunConditions(checkpoint: plan, runs: 20)))
    // A save that a failure ends is begun anew.
    #expect(forecast.mean.checkpoints >= 239 && forecast.mean.checkpoints < 1.05 * 239)
  }
}
