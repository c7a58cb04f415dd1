import Testing
import Units

@testable import Calibration

@Suite("What published metrics measure")
struct RunMeasureTests {
  struct Sample: Sendable {
    var metric: String
    var unit: String
    var measure: RunMeasure
    var scale: Double
  }

  private func observation(_ metric: String, _ unit: String, _ value: String = "5") throws
    -> RunObservation
  {
    try RunObservation(RunFields(["metric": metric, "unit": unit, "value": value]))
  }

  @Test(
    "each metric and unit is told apart",
    arguments: [
      Sample(metric: "iteration time", unit: "s", measure: .stepTime, scale: 1),
      Sample(metric: "step time (computed)", unit: "ms", measure: .stepTime, scale: 1e-3),
      Sample(
        metric: "tokens/s/GPU", unit: "tok/s", measure: .tokenRate(perDevice: true), scale: 1),
      Sample(
        metric: "tokens/s/NPU (derived)", unit: "tok/s", measure: .tokenRate(perDevice: true),
        scale: 1),
      Sample(
        metric: "throughput_per_device", unit: "tokens/s", measure: .tokenRate(perDevice: true),
        scale: 1),
      Sample(
        metric: "throughput", unit: "tokens/s (per what is not stated)",
        measure: .tokenRate(perDevice: true), scale: 1),
      Sample(
        metric: "tokens/s (total)", unit: "tok/s", measure: .tokenRate(perDevice: false), scale: 1),
      Sample(
        metric: "tokens/s (thousand, total)", unit: "k tok/s",
        measure: .tokenRate(perDevice: false), scale: 1e3),
      Sample(
        metric: "throughput, total", unit: "B tokens/day",
        measure: .tokenRate(perDevice: false), scale: 1e9 / 86_400),
      Sample(metric: "iteration time", unit: "s/it", measure: .stepTime, scale: 1),
      Sample(
        metric: "samples/s (total)", unit: "samples/s",
        measure: .sequenceRate(perDevice: false), scale: 1),
      Sample(metric: "TFLOPs/GPU", unit: "TFLOP/s", measure: .work, scale: 1e12),
      Sample(metric: "PFLOPs/device", unit: "PFLOP/s", measure: .work, scale: 1e15),
      Sample(metric: "MFU", unit: "%", measure: .utilization(hardware: false), scale: 0.01),
      Sample(
        metric: "MFU (causal)", unit: "% of 989", measure: .utilization(hardware: false),
        scale: 0.01),
      Sample(metric: "mfu", unit: "", measure: .utilization(hardware: false), scale: 0.01),
      Sample(metric: "HFU", unit: "%", measure: .utilization(hardware: true), scale: 0.01),
      Sample(
        metric: "GPU-hours per T tokens", unit: "GPU-h", measure: .deviceTime(tokens: 1e12),
        scale: 3600),
      Sample(
        metric: "GPU-hours for 11.2T tokens", unit: "K GPU-h",
        measure: .deviceTime(tokens: 11.2e12), scale: 3.6e6),
      Sample(
        metric: "days for 300B tokens", unit: "days", measure: .runTime(tokens: 300e9),
        scale: 86_400),
    ])
  func kinds(sample: Sample) throws {
    let found = try observation(sample.metric, sample.unit)
    #expect(found.measure == sample.measure)
    #expect(abs(found.scale / sample.scale - 1) < 1e-12)
  }

  @Test("a utilization without a unit is a fraction below 1 and a percentage above")
  func unitlessUtilization() throws {
    #expect(try observation("MFU", "", "0.43").scale == 1)
    #expect(try observation("MFU", "", "43").scale == 0.01)
  }

  @Test(
    "figures that are not the run's own speed are no measurement",
    arguments: [
      "tokens/s/device on unnamed reference chip", "SimuMax prediction", "linearity",
      "speed-up over dense", "forward+backward per layer", "memory allocated (peak rank)",
      "total GPU-hours", "",
    ])
  func otherFigures(metric: String) {
    #expect(throws: RunSkip.notAMeasurement(metric)) { try observation(metric, "s") }
  }

  @Test("the first measurement that can be used is taken")
  func fallback() throws {
    let found = try RunObservation(
      RunFields([
        "metric": "speed-up", "value": "2", "unit": "x", "metric2": "MFU", "value2": "40",
        "unit2": "%",
      ]))
    #expect(found.metric == "MFU")
    #expect(found.value == 40)
  }

  @Test("running out of memory, bounds and ranges are told as what they are")
  func unusable() {
    #expect(throws: RunSkip.outOfMemory) { try observation("MFU", "", "OOM") }
    #expect(throws: RunSkip.noSingleNumber(">50")) { try observation("MFU", "%", ">50") }
    #expect(throws: RunSkip.noSingleNumber("0")) { try observation("MFU", "%", "0") }
    #expect(throws: RunSkip.noSingleNumber("-3")) { try observation("step time", "s", "-3") }
  }

  @Test("memory is what is used of what there is, in GiB or GB, allocated or shown")
  func memory() throws {
    let cells = [
      "metric": "memory used/total", "value": "76/80", "unit": "GiB",
      "metric2": "memory allocated (peak rank)", "value2": "66.55", "unit2": "GiB",
      "metric3": "memory max", "value3": "261.58", "unit3": "GB of 288",
    ]
    let shown = try #require(MemoryObservation(RunFields(cells), slot: 1))
    #expect(shown.value == 76)
    #expect(shown.kind == .shown)
    #expect(shown.scale == .GiB)
    let allocated = try #require(MemoryObservation(RunFields(cells), slot: 2))
    #expect(allocated.kind == .allocated)
    let most = try #require(MemoryObservation(RunFields(cells), slot: 3))
    #expect(most.scale == .GB)
    #expect(
      MemoryObservation(RunFields(["metric": "memory", "value": "OOM/80", "unit": "GiB"]), slot: 1)
        == nil)
  }
}
