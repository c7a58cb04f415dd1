import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units

@testable import Simulation

@Suite("Links that several ranks share")
struct SharedLevelTests {
  /// Domains of 8 ranks, four to a leaf switch.
  func fabric(oversubscription: Double = 1, sharers: Int = 1, kind: ScaleOut.Kind = .fatTree)
    -> Fabric
  {
    var fabric = IdealFleet.fabric
    fabric.scaleOut?.kind = kind
    fabric.scaleOut?.oversubscription.value = oversubscription
    fabric.scaleOut?.interfaceSharers = sharers
    fabric.scaleOut?.leafRanks = kind == .rail ? nil : 32
    return fabric
  }

  func classes(
    _ plan: ParallelPlan, _ fabric: Fabric, _ condition: FabricCondition = .sound,
    isLumped: Bool = true
  ) -> RankClasses {
    RankClasses(
      plan, condition: condition, fabric: fabric, drawsLoads: false, isLumped: isLumped)
  }

  @Test("where loads are drawn, expert tensor groups tell the ranks of a block apart")
  func expertTensor() {
    func ranks(_ plan: ParallelPlan, drawsLoads: Bool) -> Int {
      RankClasses(
        plan, condition: .sound, fabric: fabric(), drawsLoads: drawsLoads, isLumped: true
      ).firstRanks.count
    }
    let plan = ParallelPlan(pipeline: 2, data: 8, expert: 2, expertTensor: 2)
    #expect(ranks(plan, drawsLoads: true) > ranks(plan, drawsLoads: false))
  }

  @Test("the uplinks of missing rails are missing too")
  func missingRails() {
    let rails = fabric(oversubscription: 2, kind: .rail)
    func widths(_ left: Double) -> [Double] {
      SharedLevel.levels(of: rails, .sound, ranks: 64, rails: left).map(\.width)
    }
    #expect(!widths(1).isEmpty)
    #expect(widths(0.5) == widths(1).map { $0 / 2 })
  }

  /// When sends of one second by formula, from rank to rank of 64, end if they start together.
  func ends(
    _ sends: [(from: Int, to: Int)], _ fabric: Fabric, _ condition: FabricCondition = .sound
  )
    -> [Double]
  {
    let profile = IdealFleet.kernels
    let model = CommunicationModel(
      fabric: fabric, kernels: KernelModel(device: IdealFleet.device, profile: profile),
      curves: profile)
    // A second at what all ranks have at once.
    let bytes = (fabric.scaleOut?.rate ?? .zero) * Seconds(1)
    let traffic = model.traffic(sending: bytes, group: RankGroup(size: 8, stride: 8))
    let plan = ParallelPlan(data: 64)
    let classes = classes(plan, fabric, condition, isLumped: false)
    let program = StepProgram(orders: [[]], forward: [.zero], backward: [.zero])
    var table = FlowTable(program, PassCode(program), classes, fabric: fabric)
    var network = FlowNetwork(capacities: table.capacities())
    func place(_ rank: Int) -> Int { classes.firstRanks.firstIndex(of: rank) ?? -1 }
    let flows = sends.map { send in
      let flow = table.flow(
        sending: traffic, whole: SimDuration(seconds: 1), from: place(send.from),
        to: place(send.to), lasting: SimDuration(seconds: 1))
      return network.start(flow.uses, lasting: flow.time, lead: flow.lead, at: .zero)
    }
    let endings = network.takeEndings()
    return flows.map { flow in endings.last { $0.flow == flow }?.time ?? .zero }
      .map { Double($0.nanoseconds) * 1e-9 }
  }

  // A leaf of 32 ranks with the uplinks of 8. One rank alone sends at its whole interface's rate, four times
  // what the formula gives it; so do eight. Sixteen have half of it each, and all 32 a quarter.
  @Test("ranks on one leaf share its uplinks, and one alone has as much as its interface takes")
  func uplinks() {
    let narrow = fabric(oversubscription: 4)
    func end(_ count: Int) -> [Double] { ends((0..<count).map { ($0, $0 + 32) }, narrow) }
    #expect(end(1) == [0.25])
    #expect(Set(end(8)) == [0.25])
    #expect(Set(end(16)) == [0.5])
    #expect(Set(end(32)) == [1])
    // Sixteen from either leaf do not meet: uplinks carry as much either way.
    let both = (0..<8).map { (from: $0, to: 32 + $0) } + (0..<8).map { (from: 48 + $0, to: 8 + $0) }
    #expect(Set(ends(both, narrow)) == [0.25])
  }

  // Ranks 0 and 1 share an interface of 20 GB/s. Both at once have 10 each, as the formula says.
  @Test("an interface of two ranks is the one's alone while the other is silent")
  func interface() {
    let shared = fabric(sharers: 2)
    #expect(ends([(0, 32)], shared) == [0.5])
    #expect(ends([(0, 32), (1, 33)], shared) == [1, 1])
    #expect(ends([(0, 32), (2, 34)], shared) == [0.5, 0.5])
    // A slow interface is slow for both.
    let slow = FabricCondition(slowInterfaces: [.init(rank: 0, speed: 0.5)])
    #expect(ends([(1, 33)], shared, slow) == [1])
    #expect(ends([(2, 34)], shared, slow) == [0.5])
  }

  // Sound uplinks carry all that interfaces do. At an eighth of that, the 32 ranks of leaf 1 share what 4
  // interfaces carry: 4 of its ranks are as quick as ever, 8 take twice as long.
  @Test("the slow uplinks of a leaf hold up its ranks, both ways, and nobody else")
  func slowUplinks() {
    let slow = FabricCondition(slowUplinks: [.init(leaf: 1, speed: 0.125)])
    func end(_ sends: [(from: Int, to: Int)]) -> Set<Double> {
      Set(ends(sends, fabric(), slow))
    }
    #expect(end((32..<36).map { ($0, $0 - 32) }) == [1])
    #expect(end((32..<40).map { ($0, $0 - 32) }) == [2])
    #expect(end((32..<40).map { ($0 - 32, $0) }) == [2])
    #expect(end((0..<8).map { ($0, $0 + 8) }) == [1])
  }

  // Eight ranks of leaf 0 send with a whole interface each over the uplinks of 4: half speed. A ninth, whose
  // flow asks for less than its part, is not held up.
  @Test("a flow counts on a link as many times as ranks send over it")
  func weights() {
    var network = FlowNetwork(capacities: [1])
    let many = network.start(
      [.init(link: 0, ranks: 8, share: 2)], lasting: SimDuration(nanoseconds: 900), at: .zero)
    let one = network.start(
      [.init(link: 0, ranks: 1, share: 0.1)], lasting: SimDuration(nanoseconds: 900), at: .zero)
    let endings = network.takeEndings()
    // Nine ranks, a ninth each: the one has its 0.1, the eight share 0.9 of the 2 that they ask for.
    #expect(endings.last { $0.flow == one }?.time == SimTime(nanoseconds: 900))
    #expect(endings.last { $0.flow == many }?.time == SimTime(nanoseconds: 2000))
  }

  @Test("leaves are filled in the order of ranks, in a rail network by the place in the domain")
  func leaves() {
    let leaves = LeafSwitches(fabric(), ranks: 80)
    #expect(leaves?.count == 3 && leaves?.leaf(of: 31) == 0 && leaves?.leaf(of: 64) == 2)
    let rails = LeafSwitches(fabric(kind: .rail), ranks: 64)
    #expect(rails?.count == 8 && rails?.room == 8 && rails?.leaf(of: 13) == 5)
    var lots = fabric(kind: .rail)
    lots.scaleOut?.leafRanks = 2
    // Domains 0 and 1 on leaves 0 to 7, 2 and 3 on 8 to 15.
    let small = LeafSwitches(lots, ranks: 32)
    #expect(small?.count == 16 && small?.leaf(of: 13) == 5 && small?.leaf(of: 21) == 13)
    #expect(LeafSwitches(fabric(kind: .torus), ranks: 64) == nil)
  }

  // 128 ranks in 16 blocks of 8, on 4 leaves.
  @Test("ranks are told apart by what else hangs on their links, and no further")
  func kinds() {
    let plan = ParallelPlan(data: 128, expert: 8)
    #expect(classes(plan, fabric(oversubscription: 2)).lanes == 1)
    #expect(classes(plan, fabric(oversubscription: 2)).shared[0] == [.init(link: 0, ranks: 32)])
    // One block of a leaf has a slow interface: its eight ranks, one for the other three, one for the rest.
    let interface = FabricCondition(slowInterfaces: [.init(rank: 40, speed: 0.5)])
    let classes = classes(plan, fabric(oversubscription: 2), interface)
    #expect(classes.lanes == 10)
    #expect(Set(classes.shared.flatMap { $0.map(\.ranks) }) == [1, 24, 32])
    // One for the four blocks on the slow leaf, one for the others, which need no such link.
    let uplink = FabricCondition(slowUplinks: [.init(leaf: 2, speed: 0.5)])
    let slow = self.classes(plan, fabric(), uplink)
    #expect(slow.lanes == 2 && slow.sharedLinks.count == 1)
    #expect(slow.shared == [[], [.init(link: 0, ranks: 32)]])
  }
}
