import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units
import Workload

@Suite("Communication over a fabric")
struct CommunicationTests {
  let model = CommunicationModel(
    fabric: IdealFleet.fabric,
    kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
    curves: IdealFleet.kernels)

  // 8 ranks of one domain, 8 GB whole: each sends 7/8 of it at 100 GB/s.
  @Test("a gather inside a domain runs at the link's rate")
  func inside() throws {
    let time = try #require(
      model.collective(
        .allGather, group: RankGroup(size: 8, stride: 1), payload: 8 * Bytes.GB))
    #expect(abs(time.value - 0.07) < 1e-12)
  }

  // 16 ranks in 2 domains: 15/16 of 16 GB leaves each domain over 8 interfaces of 10 GB/s.
  @Test("a gather over domains runs at the rate of all interfaces that its ranks have there")
  func over() throws {
    let time = try #require(
      model.collective(
        .allGather, group: RankGroup(size: 16, stride: 1), payload: 16 * Bytes.GB))
    #expect(abs(time.value - 15.0 / 80) < 1e-12)
  }

  @Test("a group with one rank in each domain has one interface")
  func sparse() throws {
    let time = try #require(
      model.collective(
        .reduceScatter, group: RankGroup(size: 2, stride: 8), payload: 2 * Bytes.GB))
    #expect(abs(time.value - 0.1) < 1e-12)
  }

  @Test("an all-reduce sends twice what a gather sends")
  func allReduce() throws {
    let group = RankGroup(size: 16, stride: 1)
    let sum = try #require(model.collective(.allReduce, group: group, payload: Bytes.GB))
    let gather = try #require(model.collective(.allGather, group: group, payload: Bytes.GB))
    #expect(abs(sum / gather - 2) < 1e-12)
  }

  @Test("a fabric without a network cannot carry a group that leaves its domain")
  func noNetwork() {
    var fabric = IdealFleet.fabric
    fabric.scaleOut = nil
    let alone = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
      curves: IdealFleet.kernels)
    let group = RankGroup(size: 16, stride: 1)
    #expect(alone.collective(.allGather, group: group, payload: Bytes.GB) == nil)
    #expect(alone.send(Bytes.GB, group: group) == nil)
  }

  // 64 domains of 8: 3 · 4 / 4 links on average, so an all-to-all between domains takes 3 times as long.
  @Test("an all-to-all over a torus of domains pays for the links between")
  func torus() throws {
    var fabric = IdealFleet.fabric
    fabric.scaleOut?.kind = .torus
    let torus = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
      curves: IdealFleet.kernels)
    let group = RankGroup(size: 512, stride: 1)
    let direct = try #require(model.collective(.allToAll, group: group, payload: Bytes.GB))
    let passed = try #require(torus.collective(.allToAll, group: group, payload: Bytes.GB))
    #expect(abs(passed / direct - 3) < 1e-9)
  }

  // 4 x 4 x 4 ranks with 96 GB/s over six links. A gather of 4 ranks sends 3/4 of 64 GB: along one axis over
  // two links, 32 GB/s. All 64 send 63/64 of it over all. A send goes over one link.
  @Test("a group along one axis of a torus has the links of that axis")
  func axes() throws {
    var fabric = IdealFleet.fabric
    fabric.scaleUp.kind = .torus
    fabric.scaleUp.axes = 3
    fabric.scaleUp.domainSize = 64
    fabric.scaleUp.bandwidth.value = 96 * BytesPerSecond.GBps
    let torus = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
      curves: IdealFleet.kernels)
    func gather(_ size: Int, stride: Int) throws -> Double {
      try #require(
        torus.collective(
          .allGather, group: RankGroup(size: size, stride: stride), payload: 64 * Bytes.GB)
      ).value
    }
    for stride in [1, 4, 16] { #expect(abs(try gather(4, stride: stride) - 1.5) < 1e-12) }
    #expect(abs(try gather(64, stride: 1) - 63.0 / 96) < 1e-12)
    // 16 ranks along two axes: 15/16 of 64 GB over 64 GB/s.
    #expect(abs(try gather(16, stride: 1) - 60.0 / 64) < 1e-12)
    let send = try #require(
      torus.send(16 * Bytes.GB, group: RankGroup(size: 4, stride: 4)))
    #expect(abs(send.value - 1) < 1e-12)
  }

  // 16 ranks in 2 domains: the interface carries for 15/80 s, the links inside for 7/8 of 16 GB at 100 GB/s.
  @Test("a communication says how long its links carry, apart from latencies")
  func pace() throws {
    var fabric = IdealFleet.fabric
    fabric.scaleOut?.latency.value = Seconds(1)
    let slow = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
      curves: IdealFleet.kernels)
    let group = RankGroup(size: 16, stride: 1)
    let time = try #require(slow.collective(.allGather, group: group, payload: 16 * Bytes.GB))
    let pace = slow.traffic(.allGather, group: group, payload: 16 * Bytes.GB).pace
    #expect(abs(time.value - pace.whole.value - 1) < 1e-12)
    #expect(pace.whole == pace.outside && abs(pace.outside.value - 15.0 / 80) < 1e-12)
    #expect(abs(pace.inside.value - 0.14) < 1e-12)
  }

  // Links of 100 GB/s, two cards behind each switch, payloads of 8 GB on 4 ranks. A ring of neighbours
  // leaves each switch once. Of ranks two apart the rings of two groups leave it. In an exchange a card
  // sends two of its three messages over the uplink, and so does the other card: 4/3 of the link.
  @Test("cards behind one switch of a host share its link to the others")
  func sharedUplinks() {
    var fabric = IdealFleet.fabric
    fabric.scaleUp.kind = .host
    fabric.scaleUp.uplinkSharers = 2
    let model = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: IdealFleet.kernels),
      curves: IdealFleet.kernels)
    func time(_ kind: CollectiveKind, stride: Int) -> Double {
      let group = RankGroup(size: 4, stride: stride)
      return model.collective(kind, group: group, payload: Bytes(8e9))?.value ?? 0
    }
    let alone = time(.allGather, stride: 1)
    #expect(abs(time(.allGather, stride: 2) / alone - 2) < 0.01)
    #expect(abs(time(.allToAll, stride: 1) / alone - 4.0 / 3) < 0.01)
  }

  @Test("one rank communicates with nobody")
  func alone() {
    #expect(
      model.collective(.allReduce, group: RankGroup(size: 1, stride: 1), payload: Bytes.GB)
        == .zero)
  }
}

@Suite("Routing imbalance")
struct RoutingImbalanceTests {
  @Test("even routing loads every rank alike")
  func even() {
    #expect(RoutingLoad.balanced.busiestRankLoad(experts: 64, ranks: 8) == 1)
    #expect(RoutingLoad.zipf(exponent: 0).busiestRankLoad(experts: 64, ranks: 8) == 1)
  }

  // 4 experts with weights 1, 1/2, 1/3, 1/4 on 4 ranks: the first has 12/25 of 4 fair shares. On 2
  // ranks it has 12/25 and a third of the rest, 13/75, of 2: 2 · 49/75.
  @Test("somebody has the most popular expert of a Zipf law")
  func zipf() {
    let routing = RoutingLoad.zipf(exponent: 1)
    #expect(abs(routing.busiestRankLoad(experts: 4, ranks: 4) - 48.0 / 25) < 1e-12)
    #expect(abs(routing.busiestRankLoad(experts: 4, ranks: 2) - 98.0 / 75) < 1e-3)
  }

  // Means of 200,000 draws of places each, with an error of 2e-4 at most.
  @Test(
    "the busiest rank under a Zipf law is that of experts placed at random",
    arguments: [
      (64, 8, 0.4, 1.2880), (256, 8, 0.4, 1.1639), (256, 32, 0.3, 1.3766), (64, 2, 0.5, 1.0671),
      (16, 4, 0.3, 1.1536),
    ])
  func placed(experts: Int, ranks: Int, exponent: Double, expected: Double) {
    let load = RoutingLoad.zipf(exponent: exponent).busiestRankLoad(experts: experts, ranks: ranks)
    #expect(abs((load - 1) / (expected - 1) - 1) < 0.025)
  }

  // Two shares that are uniform on 0...1 and add up to 1 (concentration 1): the larger is 3/4 on average.
  // Two ranks of two experts each: shares are Beta(2, 2), and the larger is 11/16: E|x − 1/2| is 3/16.
  @Test("the busiest rank under a Dirichlet distribution, by hand")
  func dirichlet() {
    let routing = RoutingLoad.dirichlet(concentration: 1)
    #expect(abs(routing.busiestRankLoad(experts: 2, ranks: 2) - 2 * 3.0 / 4) < 1e-4)
    #expect(abs(routing.busiestRankLoad(experts: 4, ranks: 2) - 2 * 11.0 / 16) < 1e-4)
  }

  @Test("more experts on a rank even its load out")
  func grouping() {
    let routing = RoutingLoad.dirichlet(concentration: 4)
    #expect(
      routing.busiestRankLoad(experts: 64, ranks: 8)
        < routing.busiestRankLoad(experts: 64, ranks: 64))
  }
}
