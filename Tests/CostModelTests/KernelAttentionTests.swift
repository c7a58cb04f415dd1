import CostModel
import Fixtures
import Hardware
import Testing
import Units

@Suite("The time of attention")
struct KernelAttentionTests {
  private func shape(
    queries: Double = 1024, keys: Double = 1024, window: Double? = nil, causal: Bool = true
  ) -> AttentionShape {
    AttentionShape(
      batch: 1, queries: queries, keys: keys, heads: 10, keyValueHeads: 2, queryKeyWidth: 128,
      valueWidth: 128, causal: causal, window: window)
  }

  private func model(_ curve: AttentionCurve) -> KernelModel {
    var profile = IdealFleet.kernels
    profile.attention = curve
    return KernelModel(device: IdealFleet.device, profile: profile)
  }

  @Test("a causal mask leaves half the square and half the diagonal")
  func pairs() {
    #expect(shape(causal: false).pairs == 1024 * 1024)
    #expect(shape().pairs == 1024 * 1025 / 2)
    // The last 256 of 1024 keys ask: each sees the 768 before, and 1 to 256 of its own.
    #expect(shape(queries: 256).pairs == 256 * 768 + 256 * 257 / 2)
  }

  @Test("a window bounds what each query sees")
  func windows() {
    // Queries 1 to 100 see 1 to 100 keys, the other 924 see 100.
    #expect(shape(window: 100).pairs == 100 * 101 / 2 + 924 * 100)
    #expect(shape(window: 5000).pairs == shape().pairs)
    // All 256 queries come after 768 keys, more than the window holds.
    #expect(shape(queries: 256, window: 100).pairs == 256 * 100)
    #expect(shape(window: 100, causal: false).pairs == 1024 * 100)
  }

  @Test("layers of which every second has a window take the mean of both kinds")
  func mixedWindows() {
    var mixed = shape(window: 100)
    mixed.windowedShare = 0.5
    #expect(mixed.pairs == (shape(window: 100).pairs + shape().pairs) / 2)
    let curve = AttentionCurve(
      efficiency: 0.5, sequenceRamp: 1024, bandwidthEfficiency: 0.5, launch: Seconds(10e-6),
      backwardSlowdown: 1)
    let time = { (shape: AttentionShape) in
      model(curve).attention(shape, backward: true).time.value
    }
    let mean = (time(shape(window: 100)) + time(shape())) / 2
    #expect(abs(time(mixed) - mean) < 1e-12)
  }

  @Test("work, traffic and launch add up")
  func adds() {
    let curve = AttentionCurve(
      efficiency: 0.5, sequenceRamp: 1024, bandwidthEfficiency: 0.5, launch: Seconds(10e-6),
      backwardSlowdown: 1)
    let kernel = model(curve).attention(shape(causal: false), backward: false)
    // Work 2 · 10 · 1024² · 256 = 5.369 GFLOP: ideal 53.687 us, twice for 0.5, twice for the ramp.
    #expect(abs(kernel.ideal / .microsecond - 53.687) < 1e-3)
    // Traffic (1024 · 10 + 1024 · 2) · 256 · 2 bytes at 0.5 TB/s = 12.583 us.
    let parts = 10.0 + 4 * 53.687 + 12.583
    #expect(abs(kernel.time / .microsecond - parts) < 0.02)
  }

  @Test("the backward pass does two and a half times the work")
  func backward() {
    let curve = AttentionCurve(
      efficiency: 1, sequenceRamp: 0, bandwidthEfficiency: 1e9, launch: .zero,
      backwardSlowdown: 1.2)
    let forward = model(curve).attention(shape(), backward: false)
    let backward = model(curve).attention(shape(), backward: true)
    #expect(abs(backward.ideal / forward.ideal - 2.5) < 1e-9)
    #expect(abs(backward.time / forward.time - 3) < 1e-6)
  }

  @Test("the last wave of blocks idles some units")
  func waves() {
    var device = IdealFleet.device
    device.computeUnits = Sourced(64, .estimated, source: "a round number for tests")
    var profile = IdealFleet.kernels
    profile.attention.waveExponent = 1
    // 10 heads · 8 blocks of 128 queries = 80 blocks: two waves of 64, 1.6 times the work.
    let kernel = KernelModel(device: device, profile: profile).attention(shape(), backward: false)
    #expect(abs(kernel.time / kernel.ideal - 1.6) < 1e-6)
  }
}
