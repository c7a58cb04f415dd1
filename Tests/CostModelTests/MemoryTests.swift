import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units
import Workload

@Suite("Memory of states")
struct StateMemoryTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 8, precision: .bf16)

  func states(_ sharding: OptimizerSharding, expert: Double = 0) -> StageMemory {
    let plan = ParallelPlan(data: 8, expert: 4, sharding: sharding)
    var memory = StageMemory()
    StateMemory(plan: plan, recipe: recipe, habits: IdealFleet.stack.memory)
      .add(shared: 1e9, expert: expert, to: &memory)
    return memory
  }

  // 10⁹ weights on 8 data-parallel ranks: 2 GB of weights, 4 GB of gradients, 12 GB of states.
  @Test("each ZeRO stage shares out one thing more")
  func stages() {
    #expect(states(.none).allocated == 18 * Bytes.GB)
    #expect(states(.optimizer).allocated == Bytes(2e9 + 4e9 + 12e9 / 8))
    #expect(states(.gradients).allocated == Bytes(2e9 + 4e9 / 8 + 12e9 / 8))
    #expect(states(.weights).allocated == Bytes(18e9 / 8))
  }

  // 8 ranks with 4 expert ranks: expert weights have only 2 copies to share states over.
  @Test("expert weights share their states over their own copies only")
  func expertStates() {
    let both = states(.optimizer, expert: 1e9).optimizer
    #expect(both == Bytes(12e9 / 8 + 12e9 / 2))
  }
}

@Suite("Memory of activations")
struct ActivationMemoryTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 8, precision: .bf16)

  func saved(_ recompute: Recompute, fused: Bool = true) throws -> Bytes {
    let plan = ParallelPlan(data: 1, recompute: recompute)
    var fleet = IdealFleet.fleet(size: 1)
    fleet.stack.kernels.fusedAttention = fused
    let block = Lowering(
      model: SmallModels.dense, plan: plan, recipe: recipe, habits: fleet.stack.kernels
    ).denseLayer()
    let cost = OperationCost(FleetCosts(fleet), plan: plan, precision: .bf16)
    return try BlockCost(block, cost: cost, recompute: recompute, isLayer: true).saved
  }

  // Bytes for each of 2,048 tokens of hidden size 1,024, 2 bytes an element: two norm results and
  // two residual sums (4), queries, keys, values and the result (4), feed-forward before and after
  // its activation (2 · 4): 16 · 2 · 1024; and 4 bytes of statistics for each of 8 heads.
  @Test("what a dense layer keeps, by hand")
  func whole() throws {
    #expect(try saved(.none) == Bytes(2048 * (16 * 2 * 1024 + 4 * 8)))
  }

  @Test("full recomputation keeps a layer's input only")
  func full() throws {
    #expect(try saved(.full) == Bytes(2048 * 2 * 1024))
  }

  @Test("unfused attention keeps 5 bytes for each score, and recomputing it keeps none")
  func scores() throws {
    let scores = 8.0 * 2048 * 2048
    let statistics = 2048.0 * 4 * 8
    #expect(
      try saved(.none, fused: false) - saved(.none) == Bytes(5 * scores - statistics))
    #expect(
      try saved(.selective([.attention]), fused: false) == saved(.selective([.attention])))
  }

  @Test("each level of recomputation keeps less than the one before it")
  func levels() throws {
    let levels: [Recompute] = [
      .none, .selective([.activations]), .selective([.activations, .experts]), .full,
    ]
    let kept = try levels.map { try saved($0) }
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 > $1 })
  }
}
