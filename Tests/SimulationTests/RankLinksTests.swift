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

  /// A communication of one second whose links along its axes carry for a part of it.
  func inside(_ part: Double, size: Int, stride: Int) -> LinkTraffic {
    LinkTraffic(
      inside: .GB, outside: .zero, peers: RankGroup(size: size, stride: stride),
      pace: LinkPace(whole: Seconds(1), inside: Seconds(part), outside: .zero))
  }

  func outside(_ part: Double) -> LinkTraffic {
    LinkTraffic(
      inside: .zero, outside: .GB, peers: RankGroup(size: 1, stride: 1),
      pace: LinkPace(whole: Seconds(1), inside: .zero, outside: Seconds(part)))
  }

  /// When flows end that start together, each of a second, in seconds.
  func ends(_ fabric: Fabric, _ traffics: [LinkTraffic]) -> [Double] {
    let links = RankLinks(fabric)
    var network = FlowNetwork(capacities: links.capacities(LinkSpeeds()))
    let flows = traffics.map { traffic in
      network.start(
        links.uses(traffic, of: 0),
        lasting: SimDuration(nanoseconds: 1_000_000_000), at: .zero)
    }
    let endings = network.takeEndings()
    return flows.map { flow in
      endings.last { $0.flow == flow }.map { Double($0.time.nanoseconds) * 1e-9 } ?? 0
    }
  }

  // One that carries for 0.4 of its time leaves room for another of 0.6.
  @Test("two collectives on one interface take as much longer as it lacks, one alone its own time")
  func sharedInterface() {
    let fabric = IdealFleet.fabric
    #expect(ends(fabric, [outside(1)]) == [1])
    #expect(ends(fabric, [outside(0.4), outside(0.6)]) == [1, 1])
    #expect(ends(fabric, [outside(1), outside(1)]) == [2, 2])
    // Half of it each: enough for the second. `ends` does not run on to where it leaves the first alone.
    #expect(ends(fabric, [outside(1), outside(0.5)]) == [2, 1])
  }

  // Groups of 4 next to each other lie along the first axis, those 4 apart along the second. Each has two
  // of the six links.
  @Test("groups along different axes of a torus do not meet, those along one share its links")
  func axes() {
    let first = inside(1, size: 4, stride: 1)
    let second = inside(1, size: 4, stride: 4)
    #expect(ends(torus, [first, second]) == [1, 1])
    #expect(ends(torus, [first, first]) == [2, 2])
    // All 64 ranks: all links.
    #expect(ends(torus, [inside(1, size: 64, stride: 1), first]) == [2, 2])
    let half = [inside(0.5, size: 64, stride: 1), inside(0.5, size: 4, stride: 1)]
    #expect(ends(torus, half) == [1, 1])
  }

  @Test("sends that go either way round an axis do not meet")
  func ways() {
    let links = RankLinks(torus)
    let send = inside(1, size: 2, stride: 1)
    let there = links.uses(sending: send, from: 0, to: 1)
    let back = links.uses(sending: send, from: 1, to: 0)
    #expect(there.map(\.share) == [1] && back.map(\.share) == [1])
    #expect(there.map(\.link) == [0])
    // The second rank's links stand behind the first one's.
    #expect(back.map { Int($0.link) } == [links.count + 1])
  }

  @Test("a send inside a switched domain needs the sender's port out and the receiver's port in")
  func receiver() {
    let links = RankLinks(IdealFleet.fabric)
    let uses = links.uses(sending: inside(1, size: 2, stride: 1), from: 0, to: 1)
    #expect(uses.map { Int($0.link) } == [0, 2 * links.count - 1])
    #expect(links.capacities(LinkSpeeds(scaleUp: 0.5)).last == 0.5)
  }

  // Two interfaces' worth on each uplink, and of all uplinks a third in the spine: a rank gets a sixth while
  // all communicate, and a whole interface while it is alone.
  @Test("an oversubscribed spine is the narrowest link, and the cost of a collective knows it")
  func spine() throws {
    var fabric = IdealFleet.fabric
    fabric.scaleOut?.oversubscription.value = 2
    fabric.scaleOut?.spineOversubscription = Sourced(3, .estimated, source: "a round number")
    #expect(abs((fabric.scaleOut?.crowding ?? 0) - 6) < 1e-12)
    func terms(_ fabric: Fabric) -> CommunicationModel {
      let profile = IdealFleet.kernels
      let kernels = KernelModel(device: IdealFleet.device, profile: profile)
      return CommunicationModel(fabric: fabric, kernels: kernels, curves: profile)
    }
    let group = RankGroup(size: 8, stride: 8)
    let narrow = try #require(terms(fabric).collective(.allGather, group: group, payload: .GB))
    let wide = try #require(
      terms(IdealFleet.fabric).collective(.allGather, group: group, payload: .GB))
    #expect(abs(narrow / wide / 6 - 1) < 1e-12)
    let pace = terms(fabric).traffic(.allGather, group: group, payload: .GB).pace
    #expect(pace.whole == narrow && abs(pace.alone / wide - 1) < 1e-12)
  }
}
