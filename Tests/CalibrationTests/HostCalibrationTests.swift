import CSV
import Fixtures
import Foundation
import Hardware
import MoEKernel
import Testing
import Units

@testable import Calibration

@Suite("A machine from its tables")
struct HostCalibrationTests {
  private static func fleet(
    _ tables: HostTables = HostTables(), machines: String = HostTables.machines
  ) throws -> Fleet {
    try withFile(tables.kernels) { kernels in
      try withFile(machines) { machines in
        try HostCalibration(device: tables.device, kernels: kernels, machines: machines).fleet
      }
    }
  }

  /// Fitted once for all tests that ask what it predicts.
  private static let fitted: Result<Fleet, any Error> = Result { try HostCalibrationTests.fleet() }

  private func words(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      // Without the names of files that the test has drawn.
      return "\(error)".replacing(#/\S*host-[0-9A-F-]{36}\.csv/#, with: "TABLE")
    }
  }

  private func complaint(_ tables: HostTables, machines: String = HostTables.machines) -> String {
    words { _ = try Self.fleet(tables, machines: machines) }
  }

  /// What a fit would lack.
  private func lacks(_ tables: HostTables) -> String {
    words {
      let measurements = try withFile(tables.kernels) {
        try KernelCalibration(tables: [$0]).measurements
      }
      try TrainingTableFit(device: try Self.fitted.get().device, measurements: measurements)
        .requireRows()
    }
  }

  @Test("peak, bandwidth and memory are those of the tables")
  func silicon() throws {
    let device = try Self.fitted.get().device
    // 2 cores · 1 GHz · 50 operations.
    #expect(device.peaks[.fp32]?.value == FLOPsPerSecond(100e9))
    // 20 MB in 2 us + 1 ms.
    #expect(abs(device.memoryBandwidth.value.value / (20e6 / 1.002e-3) - 1) < 1e-6)
    #expect(device.memoryCapacity.value == Bytes(8e9))
  }

  @Test("a product that is quicker than the counted peak raises it")
  func raisedPeak() throws {
    let machine = try withFile(HostTables.machines) { try HostMachine(device: "host-2", in: $0) }
    let quick = machine.silicon(
      bandwidth: 20 * BytesPerSecond.GBps, bestProduct: FLOPsPerSecond(120e9))
    #expect(quick.peaks[.fp32]?.value == FLOPsPerSecond(120e9))
    #expect(quick.peaks[.fp32]?.kind == .measured)
    let slow = machine.silicon(
      bandwidth: 20 * BytesPerSecond.GBps, bestProduct: FLOPsPerSecond(80e9))
    #expect(slow.peaks[.fp32]?.value == FLOPsPerSecond(100e9))
  }

  private func experts(tokens: Int) -> MeasuredShape {
    var shape = MeasuredShape(.experts, sequenceLength: tokens, hidden: 128)
    shape.experts = 8
    shape.topK = 2
    shape.width = 64
    return shape
  }

  @Test("what the fleet predicts is what its kernels took")
  func predictions() throws {
    let prediction = HostPrediction(try Self.fitted.get())
    var product = MeasuredShape(.product, sequenceLength: 1024, hidden: 512)
    product.width = 512
    let times = try prediction.times(product, .forward)
    // 10 us + 2 · 1024 · 512 · 512 / 80 GFLOP/s = 6721 us; a part costs both estimators the same.
    #expect(abs(times.analytical / .microsecond / 6721 - 1) < 0.03)
    #expect(times.simulated == times.analytical)
    // Its two gradients are as long, together twice that.
    #expect(
      abs(try prediction.times(product, .backward).analytical / .microsecond / 13442 - 1) < 0.03)
  }

  @Test("twice the tokens take nearly twice as long, and backward longer than forward")
  func scaling() throws {
    let prediction = HostPrediction(try Self.fitted.get())
    let time = { (tokens: Int, pass: HostTime.Pass) in
      try prediction.times(self.experts(tokens: tokens), pass).analytical.value
    }
    let ratio = try time(1024, .forward) / time(512, .forward)
    #expect(ratio > 1.7 && ratio < 2.05)
    #expect(try time(512, .backward) > 1.5 * time(512, .forward))
  }

  @Test("a step is predicted by formula and by simulation, and one device alone makes them agree")
  func step() throws {
    var shape = experts(tokens: 64)
    shape.part = .step
    shape.heads = 2
    shape.keyValueHeads = 2
    shape.headWidth = 32
    shape.vocabulary = 128
    shape.layers = 2
    let times = try HostPrediction(try Self.fitted.get()).times(shape, .step)
    #expect(times.analytical > .zero)
    // The simulated clock runs in whole nanoseconds: the passes of a step this short round to 1e-6 of it.
    #expect(abs(times.simulated / times.analytical - 1) < 1e-5)
  }

  private static let remedy = "Measure more shapes with steelyard measure."

  @Test("too few rows of a family are told with how many there are")
  func tooFew() {
    func tables(_ family: String, _ rows: Int) -> HostTables {
      var tables = HostTables()
      tables.rows = [family: rows]
      return tables
    }
    #expect(
      complaint(tables("gemm", 0)) == "host-2: the tables hold no product (gemm). \(Self.remedy)")
    #expect(
      complaint(tables("memory", 3))
        == "host-2: the tables hold no pass over at least 16 MB of memory. \(Self.remedy)")
    let families = [
      ("gemm", 19, "19 rows of 16- or 32-bit products (gemm) are"),
      ("grouped_gemm", 5, "5 rows of 16- or 32-bit grouped products (grouped_gemm) are"),
      ("attention", 8, "8 rows of attention are"),
      ("memory", 4, "4 rows of passes over memory are"),
    ]
    for (family, rows, words) in families {
      #expect(
        lacks(tables(family, rows))
          == "host-2: \(words) too few for a fit, which needs 20. \(Self.remedy)")
    }
  }

  @Test("everything that is lacking is told at once")
  func lacks() {
    var tables = HostTables()
    tables.rows = ["grouped_gemm": 2, "attention": 1]
    #expect(
      lacks(tables) == """
        host-2: 2 rows of 16- or 32-bit grouped products (grouped_gemm) are too few for a fit, which \
        needs 20; 1 rows of attention are too few for a fit, which needs 20; the tables hold no \
        attention backward. \(Self.remedy)
        """)
  }

  @Test("a family that no curve meets is told with its worst rows")
  func noCurve() {
    var tables = HostTables()
    // Two thirds of the rows ten thousand times too long or too short, whatever their shape.
    tables.distortion = { family, row in family == "attention" ? [1, 1e4, 1e-4][row % 3] : 1 }
    let words = complaint(tables)
    #expect(
      words.hasPrefix("host-2: no curve meets the rows of attention: half of them are off by"))
    #expect(words.contains("% and more, most of all TABLE:"))
    #expect(words.hasSuffix(". Look for rows that are wrong, and measure them again."))
  }

  @Test("a machine table without the device, or with nonsense, is told")
  func machineTable() {
    let other = HostTables.machines.replacing("host-2", with: "host-9")
    #expect(
      complaint(HostTables(), machines: other)
        == "host-2: the tables hold no row of the device in TABLE. "
        + "Measure more shapes with steelyard measure.")
    let faults = [
      (",2,Vectors", ",0,Vectors", "TABLE:2: workers: '0' is not a plausible number above 0."),
      (",1.0,8", ",3 GHz,8", "TABLE:2: clock_ghz: '3 GHz' is not a finite number."),
      ("clock_ghz", "clock_mhz", "TABLE:1: clock_ghz: the column is missing."),
    ]
    for (good, bad, words) in faults {
      let broken = HostTables.machines.replacing(good, with: bad)
      #expect(complaint(HostTables(), machines: broken).hasPrefix(words))
    }
  }
}

@Suite("Two fleets of one machine")
struct FleetTrialTests {
  private func fleet(_ cores: Int, _ rate: Double, measured: Double, predicted: Double)
    -> TrainedFleet
  {
    TrainedFleet(
      name: "host-\(cores)", cores: cores, pricedAs: "some fleet",
      price: Price(
        rate: Sourced(Money(rate) / Seconds.hour, .specified, source: "a test"),
        basis: .rentalList, date: "2026-01", quoted: "\(rate) RMB/h", list: "a list"),
      tokens: Tokens(1000), loss: 2, measured: Seconds(measured),
      predicted: .init(analytical: Seconds(predicted), simulated: Seconds(predicted)))
  }

  // 20 an hour for 1 h against 6 an hour for 2 h: 12 ÷ 20 leaves 40 %; predicted 6 · 1.8 ÷ (20 · 0.9).
  @Test("the saving is what the cheaper hours leave after taking longer")
  func saving() {
    let trial = FleetTrial(
      strong: fleet(2, 20, measured: 3600, predicted: 3240),
      weak: fleet(1, 6, measured: 7200, predicted: 6480))
    #expect(abs(trial.saving { $0.measured } - 0.4) < 1e-12)
    #expect(abs(trial.saving { $0.predicted.analytical } - 0.4) < 1e-12)
    #expect(abs(trial.weak.cost(of: trial.weak.measured) / Money(1) - 12) < 1e-9)
  }
}
