import Fixtures
import Parallelism
import Testing
import Units
import Workload

@testable import Calibration

/// One step of 64 sequences of 2,048 tokens in 2 s on 8 ranks: 131,072 tokens a step,
/// 8,192 tokens/s a device, 65,536 tokens/s in all.
@Suite("Predictions in the row's own unit")
struct RunPredictionTests {
  private func prediction(_ changes: [String: String]) throws -> Double {
    let run = try RunFixtures.run(RunFixtures.dense, changes)
    let reading = try #require(run.readings.first)
    return try #require(
      run.inOwnUnit(stepTime: Seconds(2), reading: reading, device: IdealFleet.device))
  }

  private func expect(_ changes: [String: String], _ expected: Double) throws {
    #expect(abs(try prediction(changes) / expected - 1) < 1e-12)
  }

  @Test("times of a step")
  func stepTime() throws {
    try expect(["metric": "step time", "unit": "s"], 2)
    try expect(["metric": "iteration time", "unit": "ms"], 2000)
  }

  @Test("rates of tokens and of sequences")
  func rates() throws {
    try expect(["metric": "tokens/s/GPU", "unit": "tok/s"], 8192)
    try expect(["metric": "tokens/s (total)", "unit": "tok/s"], 65_536)
    try expect(["metric": "tokens/s (thousand, total)", "unit": "k tok/s"], 65.536)
    // 64 sequences in 2 s.
    try expect(["metric": "samples/s (total)", "unit": "samples/s"], 32)
    try expect(["metric": "samples/s/GPU", "unit": "samples/s"], 4)
  }

  @Test("work and utilization by the source's own count")
  func work() throws {
    // 6 · (25,165,824 + 1,024,000) + 50,331,648 = 207,470,592 FLOP a token (see RunFLOPTests),
    // times 8,192 tokens/s = 1.6996 TFLOP/s, of the ideal device's 100.
    let perDevice = 207_470_592.0 * 8192
    try expect(["metric": "TFLOPs/GPU", "unit": "TFLOP/s"], perDevice / 1e12)
    try expect(["metric": "MFU", "unit": "%"], perDevice / 100e12 * 100)
    try expect(["metric": "MFU", "unit": "", "value": "0.4"], perDevice / 100e12)
    try expect(["metric": "MFU", "unit": "% of 200"], perDevice / 200e12 * 100)
    // FP8 is held against its own peak of 200.
    try expect(["metric": "MFU", "unit": "%", "precision": "fp8"], perDevice / 200e12 * 100)
    // Full recomputation repeats a third of (150,994,944 + 50,331,648).
    let repeated = 207_470_592.0 + 201_326_592.0 / 3
    try expect(
      ["metric": "HFU", "unit": "%", "recompute": "full"], repeated * 8192 / 100e12 * 100)
  }

  @Test("device-hours and days for a number of tokens")
  func totals() throws {
    // 10¹² tokens ÷ 8,192 tokens/s a device ÷ 3,600 s.
    try expect(["metric": "GPU-hours per T tokens", "unit": "GPU-h"], 1e12 / 8192 / 3600)
    // 3 · 10¹¹ ÷ 65,536 ÷ 86,400.
    try expect(["metric": "days for 300B tokens", "unit": "days"], 300e9 / 65_536 / 86_400)
  }

  @Test("a batch that had to be rounded scales the step time back to the printed one")
  func roundedBatch() throws {
    // 63 sequences do not divide by 2 data-parallel ranks: 64 are run, 63 of them printed.
    let run = try RunFixtures.run(RunFixtures.dense, ["global_batch": "63"])
    #expect(run.readings.first?.recipe.globalBatch == 64)
    try expect(["metric": "step time", "unit": "s", "global_batch": "63"], 2 * 63.0 / 64)
  }

  @Test("without a peak for the precision there is no utilization")
  func noPeak() throws {
    let run = try RunFixtures.run(
      RunFixtures.dense, ["metric": "MFU", "unit": "%", "precision": "fp32"])
    let reading = try #require(run.readings.first)
    #expect(run.inOwnUnit(stepTime: Seconds(2), reading: reading, device: IdealFleet.device) == nil)
  }

  @Test("too slow is above 1, for times and for speeds")
  func timeRatio() throws {
    let time = try RunFixtures.run(RunFixtures.dense, ["value": "2"])
    #expect(time.timeRatio(predicted: 3) == 1.5)
    let speed = try RunFixtures.run(
      RunFixtures.dense, ["metric": "tokens/s/GPU", "unit": "tok/s", "value": "300"])
    #expect(speed.timeRatio(predicted: 200) == 1.5)
  }
}
