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

  /// What one dense layer of a model keeps under FP8, or BF16.
  func saved(
    _ model: ModelArchitecture, _ precision: TrainingPrecision, _ parts: RecomputeParts,
    fp8Inputs: Bool = false
  ) throws -> Bytes {
    let plan = ParallelPlan(data: 1, recompute: .selective(parts))
    var fleet = IdealFleet.fleet(size: 1)
    fleet.stack.kernels.keepsActivationInputsInFP8 = fp8Inputs
    var recipe = recipe
    recipe.precision = precision
    let block = Lowering(
      model: model, plan: plan, recipe: recipe, habits: fleet.stack.kernels
    ).denseLayer()
    let cost = OperationCost(FleetCosts(fleet), plan: plan, precision: precision)
    return try BlockCost(block, cost: cost, recompute: plan.recompute, isLayer: true).saved
  }

  // 2,048 tokens, 2 bytes, 8 heads: queries and keys of 64 + 32 and values of 64, 256 a head.
  @Test("up projections computed again keep the latents instead of queries, keys and values")
  func upProjections() throws {
    var model = SmallModels.dense
    model.attention = .latent(
      LatentAttention(
        heads: 8, queryRank: 256, keyValueRank: 128, positionFreeWidth: 64, positionWidth: 32,
        valueWidth: 64))
    let kept = try saved(model, .bf16, [.activations])
    let again = try saved(model, .bf16, [.activations, .upProjections])
    #expect(kept - again == Bytes(2048 * 2 * 8 * 256))
    let grouped = try saved(SmallModels.dense, .bf16, [.activations])
    #expect(try saved(SmallModels.dense, .bf16, [.activations, .upProjections]) == grouped)
  }

  // 2,048 tokens of a plain network of 4,096: one byte less for each.
  @Test("inputs of activation functions kept in FP8 take half the memory, under FP8 only")
  func fp8Inputs() throws {
    let model = SmallModels.dense
    let wide = try saved(model, .fp8, [.activations])
    #expect(
      try wide - saved(model, .fp8, [.activations], fp8Inputs: true) == Bytes(2048 * 4096))
    let sixteenBit = try saved(model, .bf16, [.activations])
    #expect(try saved(model, .bf16, [.activations], fp8Inputs: true) == sixteenBit)
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

  @Test("a share of the layers computed again keeps and costs that share between none and all")
  func shareOfLayers() throws {
    func costs(_ recompute: Recompute) throws -> (saved: Double, backward: Double) {
      let fleet = FleetCosts(IdealFleet.fleet(size: 1))
      let plan = ParallelPlan(data: 1, recompute: recompute)
      let pieces = try PieceCosts(
        model: SmallModels.dense, recipe: recipe, plan: plan, costs: fleet)
      let step = try StepCosts(
        model: SmallModels.dense, recipe: recipe, plan: plan, costs: fleet, pieces: pieces)
      return (step.memory()[0].activations.value, step.passTimes().backward[0].value)
    }
    let (none, half, full) = (
      try costs(.none), try costs(.share(0.5)), try costs(.full)
    )
    #expect(abs(half.saved - (none.saved + full.saved) / 2) < 1)
    #expect(abs(half.backward - (none.backward + full.backward) / 2) < 1e-12)
  }

  // 2,048 tokens and 1,000 words: 2 and 4 bytes a logit, or 2 where one kernel makes the loss; beside
  // them the norm's result, 2 bytes of 1,024.
  @Test("a fused loss keeps 16-bit logits alone")
  func fusedLoss() throws {
    func saved(fused: Bool) throws -> Bytes {
      var fleet = IdealFleet.fleet(size: 1)
      fleet.stack.kernels.fusedLoss = fused
      let plan = ParallelPlan(data: 1)
      let block = Lowering(
        model: SmallModels.dense, plan: plan, recipe: recipe, habits: fleet.stack.kernels
      ).head()
      let cost = OperationCost(FleetCosts(fleet), plan: plan, precision: .bf16)
      return try BlockCost(block, cost: cost, recompute: .none, isLayer: false).saved
    }
    #expect(try saved(fused: false) == Bytes(2048 * (2 * 1024 + 6 * 1000)))
    #expect(try saved(fused: true) == Bytes(2048 * (2 * 1024 + 2 * 1000)))
  }
}

@Suite("Memory as the device shows it")
struct ShownMemoryTests {
  // 60 of 80 GB are needed; the allocator keeps 0.4 of the other 20.
  @Test("freed blocks fill a part of what nothing needs, and none where memory is short")
  func cache() {
    var habits = IdealFleet.stack.memory
    habits.cacheShare = Sourced(0.4, .estimated, source: "a test")
    #expect(habits.shown(needed: 60 * Bytes.GB, of: 80 * Bytes.GB) == 68 * Bytes.GB)
    #expect(habits.shown(needed: 90 * Bytes.GB, of: 80 * Bytes.GB) == 90 * Bytes.GB)
  }
}
