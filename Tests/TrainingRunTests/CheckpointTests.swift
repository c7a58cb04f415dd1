import Foundation
import Hardware
import Testing
import TrainingRun
import Units

@Suite("The interval between two checkpoints")
struct CheckpointTests {
  private func optimum(stall: Double, perDay rate: Double) -> CheckpointOptimum {
    CheckpointOptimum(
      plan: CheckpointPlan(
        interval: nil, stall: Seconds(stall), persist: Seconds(stall), load: .zero),
      rate: Jobs.perDay(rate))
  }

  @Test("Young's formula is the rule of the Ling 2.0 report: √(2880 C / F) minutes")
  func young() {
    // C = 0.5 min and F = 0.625 a day: √(2880 · 0.5 / 0.625) = 48 min.
    #expect(abs(optimum(stall: 30, perDay: 0.625).young.value - 48 * 60) < 1e-6)
  }

  @Test("the best interval lies near Young's and Daly's while saves are short")
  func best() {
    let optimum = optimum(stall: 60, perDay: 6)
    #expect(abs(optimum.best / optimum.daly - 1) < 0.001)
    #expect(optimum.best < optimum.young)
    #expect(optimum.best > 0.9 * optimum.young)
  }

  @Test("no other interval gives a shorter run")
  func least() throws {
    let best = optimum(stall: 300, perDay: 20).best
    let durations = try [0.7, 1, 1.4].map { factor in
      var plan = Jobs.blocking
      plan.stall = Seconds(300)
      plan.persist = plan.stall
      plan.interval = factor * best
      let job = Jobs.job(
        Jobs.reliability([Jobs.cause(perDeviceDay: 20.0 / 16_384)]),
        RunConditions(checkpoint: plan))
      return try #require(GoodputFormula(job)).duration
    }
    #expect(durations[1] < durations[0] && durations[1] < durations[2])
  }

  /// Table 2 of the Ling report, on a parallel file system and with PCache: 160 and 70 s on 128 devices with
  /// EP 8, 240 and 90 s on 512 with TP 2, PP 8, EP 8. The models are not named; Ling-Lite (16.8 B) and
  /// Ling-Plus (290 B) are guesses by the layouts. The rate of a writer is taken from the 128 devices.
  @Test("a writer's rate on 128 devices predicts the saves of 512 within 30 and 20 %")
  func pcache() {
    // 16.8e9 · 14 B over 8 writers are 29.4 GB each: 0.184 and 0.42 GB/s. 290e9 · 14 B over 128 writers are
    // 31.7 GB each: 172.6 and 75.5 s.
    let rates = [160.0, 70].map { Bytes(16.8e9 * 14) / 8 / Seconds($0) }
    let saves = rates.map {
      CheckpointStorage(writer: $0, total: 1e6 * $0)
        .saveTime(state: Bytes(290e9 * 14), writers: 128)
    }
    #expect(abs(saves[0].value - 172.6) < 0.1 && abs(saves[1].value - 75.5) < 0.1)
    #expect(saves[0].value / 240 > 0.7 && saves[1].value / 90 > 0.8)
  }

  @Test("a save that stalls nothing is made as often as it ends, and one that never fails seldom")
  func limits() {
    let plan = CheckpointPlan(interval: nil, stall: .zero, persist: Seconds(100), load: .zero)
    #expect(CheckpointOptimum(plan: plan, rate: Jobs.perDay(5)).best == Seconds(100))
    #expect(CheckpointOptimum(plan: plan, rate: .zero).best > 20 * Seconds.day)
  }
}
