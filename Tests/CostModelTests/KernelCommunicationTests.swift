import CostModel
import Fixtures
import Foundation
import Hardware
import Testing
import Units

@Suite("The time of collectives inside a domain")
struct KernelCollectiveTests {
  private let link = 100 * BytesPerSecond.GBps

  private func model(_ curve: CollectiveCurve) -> KernelModel {
    var profile = IdealFleet.kernels
    profile.collectives = [.allReduce: curve, .allGather: curve]
    return KernelModel(device: IdealFleet.device, profile: profile)
  }

  private let curve = CollectiveCurve(
    protocols: [
      .init(latency: Seconds(5e-6), latencyPerStep: Seconds(1e-6), efficiency: 0.1),
      .init(latency: Seconds(25e-6), latencyPerStep: Seconds(1e-6), efficiency: 1),
    ], scaleOutEfficiency: 1)

  private func microseconds(_ kind: CollectiveKind, ranks: Int, _ bytes: Double) -> Double {
    model(curve).collective(kind, ranks: ranks, payload: Bytes(bytes), link: link) / .microsecond
  }

  @Test("the quicker protocol answers, small and large")
  func protocols() {
    // 8 ranks gather 80 kB: 70 kB on the wire. At 10 GB/s 7 us, with 5 + 7 · 1 us of latency.
    #expect(abs(microseconds(.allGather, ranks: 8, 80_000) - 19) < 1e-9)
    // 8 MB: 7 MB at 100 GB/s is 70 us, with 25 + 7 us.
    #expect(abs(microseconds(.allGather, ranks: 8, 8e6) - 102) < 1e-9)
    // An all-reduce puts twice as much on the wire.
    #expect(abs(microseconds(.allReduce, ranks: 8, 8e6) - 172) < 1e-9)
  }

  @Test("one rank, or nothing to send, takes no time")
  func nothing() {
    #expect(microseconds(.allReduce, ranks: 1, 8e6) == 0)
    #expect(microseconds(.allReduce, ranks: 8, 0) == 0)
  }

  @Test("ranks that share a host's links crowd each other")
  func crowding() {
    var crowded = curve
    crowded.crowding = 1
    let model = model(crowded)
    // 8 ranks: 70 us of wire time four times over, and 32 us of latency.
    let time = model.collective(.allGather, ranks: 8, payload: Bytes(8e6), link: link)
    #expect(abs(time / .microsecond - 312) < 1e-9)
    // Two ranks have the links to themselves: 4 MB in 40 us, and 26 us.
    let two = model.collective(.allGather, ranks: 2, payload: Bytes(8e6), link: link)
    #expect(abs(two / .microsecond - 66) < 1e-9)
  }
}

@Suite("The time of an expert exchange")
struct KernelExchangeTests {
  private let link = 100 * BytesPerSecond.GBps
  private let interface = 10 * BytesPerSecond.GBps

  private func shape(
    ranks: Int, perDomain: Int, topK: Double = 8, deduplicated: Bool = true, limit: Double? = nil
  ) -> ExchangeShape {
    ExchangeShape(
      phase: .dispatch, tokens: 1000, hidden: 1000, elementSize: Bytes(2), topK: topK,
      ranks: ranks, ranksPerDomain: perDomain, domainLimit: limit, deduplicated: deduplicated)
  }

  private func microseconds(
    _ shape: ExchangeShape, _ phase: ExchangePhaseCurve? = nil
  ) -> Double {
    var profile = IdealFleet.kernels
    if let phase { profile.exchange = ExchangeCurve(dispatch: phase, combine: phase) }
    return KernelModel(device: IdealFleet.device, profile: profile)
      .exchange(shape, link: link, interface: interface) / .microsecond
  }

  @Test("a token goes once to each rank that it visits")
  func insideDomain() {
    // 8 choices among 8 ranks touch 8 (1 − (7/8)⁸) = 5.2511 of them, 7/8 of those elsewhere:
    // 2 MB · 5.2511 · 7/8 / 100 GB/s = 91.89 us.
    #expect(abs(microseconds(shape(ranks: 8, perDomain: 8)) - 91.89) < 0.01)
    // A copy for each expert: 2 MB · 8 · 7/8 / 100 GB/s.
    #expect(abs(microseconds(shape(ranks: 8, perDomain: 8, deduplicated: false)) - 140) < 0.01)
  }

  @Test("between domains the interface is the limit, and a routing limit lightens it")
  func betweenDomains() {
    // 4 domains: 4 (1 − (3/4)⁸) = 3.5995 visited, 3/4 elsewhere: 2 MB · 2.6997 / 10 GB/s.
    #expect(abs(microseconds(shape(ranks: 32, perDomain: 8)) - 539.93) < 0.01)
    // At most 2 domains a token: 2 · 3/4 copies.
    #expect(abs(microseconds(shape(ranks: 32, perDomain: 8, limit: 2)) - 300) < 0.01)
  }

  @Test("one rank exchanges nothing")
  func alone() {
    #expect(microseconds(shape(ranks: 1, perDomain: 1)) == 0)
  }

  @Test("few units copy slowly")
  func units() {
    let phase = ExchangePhaseCurve(
      launch: Seconds(10e-6),
      copying: .init(
        unitRate: 10 * BytesPerSecond.GBps, unitExponent: 1, copyShare: 0, perToken: Seconds(1e-9),
        perChoice: .zero),
      scaleUpEfficiency: 1, scaleOutEfficiency: 1, blend: 1000)
    var few = shape(ranks: 8, perDomain: 8)
    few.computeUnits = 2
    // 2 MB at 10 GB/s is 200 us, and 1 us for 1000 tokens, over 2 units; 10 us to start.
    #expect(abs(microseconds(few, phase) - 110.5) < 0.01)
    few.computeUnits = 20
    // Ten times the units would take 10.05 us: now the link, 91.89 us, is the limit.
    #expect(abs(microseconds(few, phase) - 101.89) < 0.01)
  }
}

@Suite("A correction grid")
struct KernelCorrectionTests {
  private let grid = CorrectionGrid(
    axes: [.init(.rows, [100, 400]), .init(.columns, [10, 1000])], factors: [1, 2, 4, 8])

  private func factor(_ rows: Double, _ columns: Double) -> Double {
    grid.factor { $0 == .rows ? rows : columns }
  }

  @Test("knots give their own factor, the last axis fastest")
  func knots() {
    #expect(abs(factor(100, 10) - 1) < 1e-12)
    #expect(abs(factor(100, 1000) - 2) < 1e-12)
    #expect(abs(factor(400, 10) - 4) < 1e-12)
    #expect(abs(factor(400, 1000) - 8) < 1e-12)
  }

  @Test("halfway in logarithms lies the geometric mean")
  func between() {
    #expect(abs(factor(200, 10) - 2) < 1e-12)
    #expect(abs(factor(200, 100) - 8.0.squareRoot()) < 1e-12)
  }

  @Test("beyond the knots the factor stays level")
  func beyond() {
    #expect(factor(1, 1) == factor(100, 10))
    #expect(factor(1e9, 1e9) == factor(400, 1000))
  }
}
