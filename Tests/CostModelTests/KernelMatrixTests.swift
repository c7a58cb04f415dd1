import CostModel
import Fixtures
import Hardware
import Testing
import Units

/// A device of 100 units and 100 TFLOP/s at 1 TB/s, with curves that a test can work by hand.
enum RoundKernels {
  static let device: Device = {
    var device = IdealFleet.device
    device.computeUnits = Sourced(100, .estimated, source: "a round number for tests")
    return device
  }()

  static func model(_ curve: MatrixCurve, device: Device = device) -> KernelModel {
    var profile = IdealFleet.kernels
    profile.matrix = [.bf16: curve]
    return KernelModel(device: device, profile: profile)
  }

  static let curve = MatrixCurve(
    efficiency: 1, kRamp: 0, tileOverhead: 0, splitCost: Seconds(1), bandwidthEfficiency: 1,
    launch: .zero, blend: 1000)
}

@Suite("The time of a matrix product")
struct KernelMatrixTests {
  private func microseconds(
    _ model: KernelModel, m: Double, n: Double, k: Double, _ pass: MatrixPass = .forward,
    precision: Precision = .bf16
  ) -> Double {
    model.matrix(m: m, n: n, k: k, pass: pass, precision: precision, blockScaled: false).time
      / .microsecond
  }

  @Test("tiles that fill the units run at the efficiency, one more starts another wave")
  func waves() {
    // 2560 x 2560 is 100 tiles of 256 x 256 on 100 units: one full wave.
    // 2 · 2560² · 4096 FLOP / 100 TFLOP/s = 536.87 us; halved efficiency doubles it.
    var half = RoundKernels.curve
    half.efficiency = 0.5
    let model = RoundKernels.model(half)
    #expect(abs(microseconds(model, m: 2560, n: 2560, k: 4096) - 1073.74) < 0.01)
    // 2561 rows: with 64-row tiles 41 · 40 = 1640 tiles in ⌈16.4⌉ = 17 waves instead of 16; larger
    // tiles fare worse. 17 / 16 · 1073.74 = 1140.85 us.
    #expect(abs(microseconds(model, m: 2561, n: 2560, k: 4096) - 1140.85) < 0.01)
  }

  @Test("a small product splits its inner dimension over idle units")
  func splits() {
    // 64 x 64 is one tile on one unit (1 TFLOP/s): 2 · 64² · 8192 / 1e12 = 67.11 us.
    // Split in 8 it takes 8.389 us, and 8 · 64² · 4 bytes of sums at 1 TB/s, 0.131 us, and 1 us.
    #expect(
      abs(microseconds(RoundKernels.model(RoundKernels.curve), m: 64, n: 64, k: 8192) - 67.11)
        < 0.01)
    var cheap = RoundKernels.curve
    cheap.splitCost = Seconds(1e-6)
    #expect(abs(microseconds(RoundKernels.model(cheap), m: 64, n: 64, k: 8192) - 9.52) < 0.01)
  }

  @Test("a thin product waits for its weights")
  func traffic() {
    // 1 x 4096 x 4096: (1 + 4096) · 4096 · 2 + 4096 · 2 = 33.57 MB at half of 1 TB/s: 67.14 us.
    var curve = RoundKernels.curve
    curve.bandwidthEfficiency = 0.5
    #expect(
      abs(microseconds(RoundKernels.model(curve), m: 1, n: 4096, k: 4096) - 67.14) < 0.01)
  }

  @Test("the weights' gradient reads and writes its FP32 buffer")
  func gradientBuffer() {
    // One token: dW is 4096 x 4096, 8 bytes each: 134.22 MB; operands 2 · 4096 · 2 bytes more.
    let time = microseconds(
      RoundKernels.model(RoundKernels.curve), m: 1, n: 4096, k: 4096, .weightGradient)
    #expect(abs(time - 134.23) < 0.01)
  }

  @Test("the three passes of a layer do the same work")
  func passesAgree() {
    let model = RoundKernels.model(RoundKernels.curve)
    let ideals = MatrixPass.allCases.map {
      model.matrix(m: 512, n: 2048, k: 1024, pass: $0, precision: .bf16, blockScaled: false).ideal
    }
    #expect(Set(ideals).count == 1)
    // 2 · 512 · 2048 · 1024 / 100 TFLOP/s = 21.47 us.
    #expect(abs(ideals[0] / .microsecond - 21.4748) < 1e-3)
  }

  @Test("no product is quicker than work over peak, whatever a correction says")
  func physics() {
    var curve = RoundKernels.curve
    curve.correction = CorrectionGrid(
      axes: [.init(.rows, [128, 4096])], factors: [0.1, 0.1])
    let kernel = RoundKernels.model(curve).matrix(
      m: 2560, n: 2560, k: 4096, pass: .forward, precision: .bf16, blockScaled: false)
    #expect(kernel.time == kernel.ideal)
  }

  @Test("quantising its input costs an FP8 product only where the kernel does it")
  func conversion() {
    var curve = RoundKernels.curve
    curve.conversionBytes = 10
    let model = RoundKernels.model(curve)
    let times = [false, true].map { converts in
      model.matrix(
        m: 2560, n: 2560, k: 4096, pass: .forward, precision: .fp8, blockScaled: false,
        convertsInput: converts
      ).time
    }
    // 10 bytes for each of 2560 · 4096 values at 1 TB/s: 104.86 us.
    #expect(abs((times[1] - times[0]) / .microsecond - 104.8576) < 1e-3)
  }

  @Test("nothing to multiply takes no time")
  func empty() {
    let model = RoundKernels.model(RoundKernels.curve)
    #expect(
      model.matrix(m: 0, n: 8, k: 8, pass: .forward, precision: .bf16, blockScaled: false) == .zero)
  }

  @Test("more bandwidth or a higher peak never lengthens a product")
  func monotone() {
    var curve = RoundKernels.curve
    curve.blend = 2
    var quick = RoundKernels.device
    quick.memoryBandwidth.value = quick.memoryBandwidth.value * 2
    var strong = RoundKernels.device
    strong.peaks[.bf16]?.value = 200 * FLOPsPerSecond.TFLOPS
    for m in [1.0, 100, 1000, 10_000] {
      let plain = microseconds(RoundKernels.model(curve), m: m, n: 1000, k: 1000)
      #expect(
        microseconds(RoundKernels.model(curve, device: quick), m: m, n: 1000, k: 1000) <= plain)
      #expect(
        microseconds(RoundKernels.model(curve, device: strong), m: m, n: 1000, k: 1000) <= plain)
    }
  }
}
