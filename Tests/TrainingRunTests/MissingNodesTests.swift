import Hardware
import Testing
import Units

@testable import TrainingRun

@Suite("Nodes that a job lacks")
struct MissingNodesTests {
  @Test("without spares a job waits for a repair, or goes on smaller")
  func shortage() async {
    let reliability = Jobs.reliability(
      [Jobs.cause(perDeviceDay: 1e-4)], repair: Seconds.day)
    var parts: [RunConditions.Shortage: RunLedger] = [:]
    for shortage in RunConditions.Shortage.allCases {
      let conditions = RunConditions(checkpoint: Jobs.blocking, shortage: shortage, runs: 20)
      parts[shortage] = await RunForecast(Jobs.job(days: 20, reliability, conditions)).mean
    }
    #expect(parts[.wait]?[.shrunk] == .zero)
    #expect(parts[.shrink]?[.waitingForSpares] == .zero)
    #expect((parts[.wait]?[.waitingForSpares] ?? .zero) > 5 * Seconds.day)
    #expect((parts[.shrink]?.goodput ?? 0) > (parts[.wait]?.goodput ?? 1))
  }

  @Test(
    "a job without spares waits for repairs, or shrinks, as often as the formula expects",
    arguments: [RunConditions.Shortage.wait, .shrink])
  func wantOfNodes(shortage: RunConditions.Shortage) async {
    // 0.2 nodes in repair in the mean: none for e^-0.2 = 82 % of the time.
    var conditions = RunConditions(checkpoint: Jobs.blocking, shortage: shortage, runs: 100)
    conditions.seed = 3
    let job = Jobs.job(
      days: 60, devices: 1024,
      Jobs.reliability([Jobs.cause(perDeviceDay: 2e-4)], repair: Seconds.day), conditions)
    let forecast = await RunForecast(job)
    let formula = GoodputFormula(nearest: job).duration
    #expect(abs(formula / forecast.duration - 1) < 0.02)
    if shortage == .wait { #expect(forecast.mean[.waitingForSpares].value > 0.1 * formula.value) }
  }

  @Test(
    "a job that loses its only replica waits for it",
    arguments: [RunConditions.Shortage.wait, .shrink])
  func onlyReplica(shortage: RunConditions.Shortage) async {
    let forecast = await RunForecast(
      Jobs.job(
        days: 5, devices: 128,
        Jobs.reliability([Jobs.cause(perDeviceDay: 1e-2)], repair: Seconds.hour),
        RunConditions(checkpoint: Jobs.blocking, shortage: shortage, runs: 10)))
    #expect(forecast.duration.isFinite)
    #expect(forecast.mean[.waitingForSpares] > .zero)
  }

  // A node is taken back 1.6 times a day and stays away for five: 8 days away for one in use.
  @Test("nodes that their owner has taken back are not taken back again")
  func takenBackOnce() async {
    var cause = Jobs.cause(perDeviceDay: 0.2)
    cause.absence = Jobs.sourced(5 * Seconds.day)
    var conditions = RunConditions(checkpoint: Jobs.blocking, shortage: .shrink, runs: 20)
    conditions.horizon = 60 * Seconds.day
    let mean = await RunForecast(
      Jobs.job(days: 90, devices: 1024, Jobs.reliability([cause]), conditions)
    ).mean
    let away = mean.away[0] / (1024 * mean.duration)
    #expect(abs(away - 8 / 9.0) < 0.02)
  }
}
