import CostModel
import Fixtures
import Hardware
import Testing
import Units

@Suite("The time of expert products")
struct KernelExpertTests {
  private func model(_ curve: GroupedMatrixCurve) -> KernelModel {
    var profile = IdealFleet.kernels
    profile.groupedMatrix = [.bf16: curve]
    return KernelModel(device: IdealFleet.device, profile: profile)
  }

  private let curve = GroupedMatrixCurve(
    efficiency: 1, kRamp: 0, rowTile: 128, bandwidthEfficiency: 1, launch: .zero, perExpert: .zero,
    blend: 1000)

  private func microseconds(_ rows: ExpertRows, _ curve: GroupedMatrixCurve) -> Double {
    model(curve).groupedMatrix(
      rows: rows, n: 4096, k: 4096, pass: .forward, precision: .bf16, blockScaled: false
    ).time / .microsecond
  }

  @Test("rows of each expert fill whole tiles")
  func padding() {
    // 8 experts of 1030 rows take 9 tiles of 128 each: 9216 rows · 2 · 4096² / 100 TFLOP/s.
    let even = microseconds(ExpertRows(total: 8240, evenlyOver: 8), curve)
    #expect(abs(even - 3092.38) < 0.01)
    // The same sum as 1024 and 1036 rows in turn: 4 · 8 + 4 · 9 = 68 tiles instead of 72.
    let uneven = microseconds(
      ExpertRows([1024, 1036, 1024, 1036, 1024, 1036, 1024, 1036]), curve)
    #expect(abs(uneven - 3092.38 * 68 / 72) < 0.01)
  }

  @Test("an expert without rows reads no weights")
  func idleExperts() {
    // One row each: 4096² · 2 bytes of weights per expert = 33.55 us at 1 TB/s; rows are nothing
    // beside them (16 kB each).
    var thin = curve
    thin.rowTile = 1
    let two = microseconds(ExpertRows([1, 0, 0, 1]), thin)
    #expect(abs(two - 2 * 33.57) < 0.01)
  }

  @Test("the mean of draws has the mean of their tiles")
  func averaged() {
    let draws = ExpertRows(averaging: [[128, 128], [256, 0]], paddedTo: 128)
    #expect(draws.total == 256)
    #expect(draws.active == 1.5)
    // Both draws are two full tiles: 256 rows · 2 · 4096² / 100 TFLOP/s = 85.9 us.
    #expect(abs(microseconds(draws, curve) - 85.899) < 0.01)
  }

  @Test("scattered rows leave half a tile an expert empty")
  func scattered() {
    // 8 experts, 8192 rows: 8192 + 8 · 64 = 8704 padded.
    let time = microseconds(ExpertRows(total: 8192, scatteredOver: 8), curve)
    #expect(abs(time - 8704 * 2 * 4096 * 4096 / 1e14 * 1e6) < 0.01)
  }

  @Test("a launch for each expert adds up")
  func launches() {
    var slow = curve
    slow.perExpert = Seconds(10e-6)
    let rows = ExpertRows(total: 8192, evenlyOver: 8)
    #expect(abs(microseconds(rows, slow) - microseconds(rows, curve) - 80) < 1e-6)
  }

  @Test("a fused layer is two products and its passes")
  func fused() {
    let fused = FusedExpertsCurve(
      kernel: "k", format: .bf16, gated: true, product: curve, tokenPasses: 1, rowPasses: 2,
      innerPasses: 3)
    let shape = FusedExpertsShape(
      tokens: 1024, hidden: 4096, sliceWidth: 2048, experts: 8, localExperts: 8,
      rows: ExpertRows(total: 8192, evenlyOver: 8))
    let time = model(curve).fusedExperts(shape, fused).time / .microsecond
    // Products: 2 · 8192 · 4096 · (4096 + 2048) / 100 TFLOP/s = 4123.17 us.
    // Passes: (1024 · 4096 + 2 · 8192 · 4096 + 3 · 8192 · 2048) · 2 bytes at 1 TB/s = 243.27 us.
    #expect(abs(time - 4123.17 - 243.27) < 0.02)
  }
}
