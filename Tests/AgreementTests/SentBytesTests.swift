import CostModel
import Fixtures
import Hardware
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Bytes that a step sends, by hand")
struct SentBytesTests {
  func sent(
    _ model: ModelArchitecture, _ plan: ParallelPlan, _ fleet: Fleet, sequences: Int
  ) throws -> LinkTraffic {
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 1024, globalBatch: sequences, precision: .bf16)
    return try SimulationEstimator().simulate(
      model: model, recipe: recipe, plan: plan, fleet: fleet
    ).timeline.sent
  }

  // 4 layers of 12,584,960 weights, an embedding and a head of 1,000 · 1,024, the head with a norm: gradients of
  // 4 bytes, summed by 16 ranks in 2 domains of 8. Each rank passes 15/16 of them on twice. Over all rings an
  // eighth of that leaves the domain, whether each of 8 rings has an interface of its own or one ring of all
  // ranks has the only one; but then its interface carries all of it.
  @Test(
    "a sum over two domains leaves each once, by one interface or by eight",
    arguments: [false, true])
  func gradients(flat: Bool) throws {
    var fleet = IdealFleet.fleet(size: 16)
    fleet.stack.kernels.flatRings = flat
    let plan = ParallelPlan(data: 16, sharding: .none)
    let gradients = 4.0 * (4 * 12_584_960 + 2 * 1_024_000 + 1024)
    let sent = try sent(SmallModels.dense, plan, fleet, sequences: 16)
    #expect(abs(sent.inside.value / (2 * 7 / 8 * gradients) - 1) < 1e-12)
    #expect(abs(sent.outside.value / (2 * 15 / 16 / 8 * gradients) - 1) < 1e-12)
    let pace = FleetCosts(fleet).communication.traffic(
      .allReduce, group: plan.gradientGroup, payload: Bytes(gradients)
    ).pace
    let carried = 2 * 15 / 16 * gradients / (flat ? 1 : 8)
    #expect(abs(pace.outside.value / (carried / 10e9) - 1) < 1e-12)
  }

  // 2 sequences of 1,024 tokens a rank; a token goes to 2 experts with 1,024 values of 2 bytes, there and
  // back, forward and backward, in 4 layers; 7/8 of it to other ranks. Gradients of what all ranks hold, 4
  // layers of 4 · 1,024² in attention, 2 norms and a router of 16 experts, two ends and a norm, are summed.
  @Test("experts exchange each token four times in every layer")
  func exchanges() throws {
    var fleet = IdealFleet.fleet(size: 8)
    fleet.stack.kernels.deduplicatedDispatch = false
    let sent = try sent(
      SmallModels.experts, ParallelPlan(data: 8, expert: 8, sharding: .none), fleet, sequences: 16)
    let exchanged = 2.0 * 4 * 4 * 1024 * 2 * 1024 * 2 * 7 / 8
    let shared = 4 * (4 * 1024 * 1024 + 2 * 1024 + 16 * 1024) + 2 * 1_024_000 + 1024
    let summed = 2 * 7 / 8 * 4 * Double(shared)
    #expect(abs(sent.inside.value / (exchanged + summed) - 1) < 1e-12)
    #expect(sent.outside == .zero)
  }

  // 512 ranks in 64 domains, on a torus of 4 x 4 x 4 of them: a message passes 3/4 · 4 = 3 links. A rank sends
  // 504/512 of a gigabyte to other domains.
  @Test("what goes over a torus of domains is counted on every link that it passes")
  func torus() {
    var fleet = IdealFleet.fleet(size: 512)
    func outside(_ kind: ScaleOut.Kind) -> Bytes {
      fleet.fabric.scaleOut?.kind = kind
      return FleetCosts(fleet).communication.traffic(
        .allToAll, group: RankGroup(size: 512, stride: 1), payload: .GB
      ).outside
    }
    #expect(abs(outside(.fatTree) / Bytes.GB - 504.0 / 512) < 1e-12)
    #expect(abs(outside(.torus) / Bytes.GB - 3 * 504.0 / 512) < 1e-9)
  }

  // 8 micro-batches of 1,024 · 1,024 values of 2 bytes, over 3 borders, forward and back. Two stages of 4 ranks
  // fill a domain, but a pipeline as a whole spans two, and its sends are taken to leave by the interface.
  @Test("each micro-batch crosses each border between stages twice")
  func sends() throws {
    let fleet = IdealFleet.fleet(size: 16)
    let plan = ParallelPlan(pipeline: 4, data: 4, sharding: .none)
    let sent = try sent(SmallModels.dense, plan, fleet, sequences: 32)
    // A layer for each stage; the first has the embedding, the last the head. Four ranks of a domain sum.
    let gradients = 4.0 * (4 * 12_584_960 + 2 * 1_024_000 + 1024)
    #expect(abs(sent.inside.value / (2 * 3 / 4 * gradients) - 1) < 1e-12)
    #expect(sent.outside == Bytes(8 * 2 * 3 * 1024 * 1024 * 2))
  }
}
