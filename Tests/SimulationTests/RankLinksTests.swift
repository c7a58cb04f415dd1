import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units

@testable import Simulation

@Suite("The links of a rank")
struct RankLinksTests {
  /// 4 x 4 x 4 ranks, 96 GB/s over six links.
  let torus: Fabric = {
    var fabric = IdealFleet.fabric
    fabric.scaleUp = ScaleUp(
      kind: .torus,
      bandwidth: Sourced(96 * BytesPerSecond.GBps, .estimated, source: "a round number"),
      latency: fabric.scaleUp.latency, domainSize: 64)
    return fabric
  }()

  func inside(_ gigabytes: Double, size: Int, stride: Int) -> LinkTraffic {
    LinkTraffic(
      inside: gigabytes * Bytes.GB, outside: .zero, peers: RankGroup(size: size, stride: stride))
  }

  func outside(_ gigabytes: Double) -> LinkTraffic {
    LinkTraffic(
      inside: .zero, outside: gigabytes * Bytes.GB, peers: RankGroup(size: 1, stride: 1))
  }

  /// When flows end that start together, each of a second, in seconds.
  func ends(_ fabric: Fabric, _ traffics: [LinkTraffic]) -> [Double] {
    let links = RankLinks(fabric)
    var network = FlowNetwork(capacities: links.capacities(LinkSpeeds()))
    let flows = traffics.map { traffic in
      network.start(
        links.uses(traffic, lasting: Seconds(1), of: 0),
        lasting: SimDuration(nanoseconds: 1_000_000_000), at: .zero)
    }
    let endings = network.takeEndings()
    return flows.map { flow in
      endings.last { $0.flow == flow }.map { Double($0.time.nanoseconds) * 1e-9 } ?? 0
    }
  }

  // The interface carries 10 GB/s: 10 GB in a second fill it, 4 GB leave room for 6.
  @Test("two collectives on one interface take as much longer as it lacks, one alone its own time")
  func sharedInterface() {
    let fabric = IdealFleet.fabric
    #expect(ends(fabric, [outside(10)]) == [1])
    #expect(ends(fabric, [outside(4), outside(6)]) == [1, 1])
    #expect(ends(fabric, [outside(10), outside(10)]) == [2, 2])
    // 10 + 5 of 10: both at two thirds of their rate until the first has ended.
    #expect(ends(fabric, [outside(10), outside(5)]).allSatisfy { abs($0 - 1.5) < 2e-9 })
  }

  // Groups of 4 next to each other lie along the first axis, those 4 apart along the second. Each has two
  // of the six links, 32 GB/s.
  @Test("groups along different axes of a torus do not meet, those along one share its links")
  func axes() {
    let first = inside(32, size: 4, stride: 1)
    let second = inside(32, size: 4, stride: 4)
    #expect(ends(torus, [first, second]) == [1, 1])
    #expect(ends(torus, [first, first]) == [2, 2])
    // All 64 ranks: all links, 16 GB/s each.
    #expect(ends(torus, [inside(96, size: 64, stride: 1), first]) == [2, 2])
    let half = [inside(48, size: 64, stride: 1), inside(16, size: 4, stride: 1)]
    #expect(ends(torus, half) == [1, 1])
  }

  @Test("sends that go either way round an axis do not meet")
  func ways() {
    let links = RankLinks(torus)
    let send = inside(16, size: 2, stride: 1)
    let there = links.uses(sending: send, lasting: Seconds(1), from: 0, to: 1)
    let back = links.uses(sending: send, lasting: Seconds(1), from: 1, to: 0)
    #expect(there.map(\.share) == [1] && back.map(\.share) == [1])
    #expect(there.map(\.link) == [0])
    // The second rank's links stand behind the first one's.
    #expect(back.map { Int($0.link) } == [links.count + 1])
  }

  // Two interfaces' worth on each uplink, and of all uplinks a third in the spine: a rank gets a sixth.
  @Test("an oversubscribed spine is the narrowest link, and the cost of a collective knows it")
  func spine() throws {
    var fabric = IdealFleet.fabric
    fabric.scaleOut?.oversubscription.value = 2
    fabric.scaleOut?.spineOversubscription = Sourced(3, .estimated, source: "a round number")
    let shares = RankLinks(fabric).uses(outside(10), lasting: Seconds(6), of: 0).map(\.share)
    #expect(zip(shares, [1.0 / 6, 1.0 / 6, 1.0 / 3, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
    func time(_ fabric: Fabric) -> Seconds? {
      let profile = IdealFleet.kernels
      let kernels = KernelModel(device: IdealFleet.device, profile: profile)
      return CommunicationModel(fabric: fabric, kernels: kernels, curves: profile).collective(
        .allGather, group: RankGroup(size: 8, stride: 8), payload: .GB)
    }
    let (narrow, wide) = (try #require(time(fabric)), try #require(time(IdealFleet.fabric)))
    #expect(abs(narrow / wide / 6 - 1) < 1e-12)
  }
}
