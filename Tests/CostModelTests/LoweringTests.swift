import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units
import Workload

@Suite("Lowering")
struct LoweringTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 8, precision: .bf16)

  func lowering(_ model: ModelArchitecture, _ plan: ParallelPlan) -> Lowering {
    Lowering(model: model, plan: plan, recipe: recipe, habits: IdealFleet.stack.kernels)
  }

  func weights(_ block: Block) -> Double { block.forward.reduce(0) { $0 + $1.weights } }
  func work(_ operations: [Operation]) -> FLOPs {
    operations.reduce(.zero) { $0 + $1.work.flops }
  }

  @Test("one rank's operations hold the model's weights", arguments: [true, false])
  func weightsAddUp(dense: Bool) {
    let model = dense ? SmallModels.dense : SmallModels.experts
    let lowered = lowering(model, ParallelPlan(data: 1))
    let layer = dense ? lowered.denseLayer() : lowered.expertLayer(load: 1)
    let total = 4 * weights(layer) + weights(lowered.embedding()) + weights(lowered.head())
    #expect(total == Double(model.parameterCount.total))
  }

  @Test("tensor ranks share the weights of a layer out, but for norms")
  func tensorSplitsWeights() {
    let whole = weights(lowering(SmallModels.dense, ParallelPlan(data: 1)).denseLayer())
    let part = weights(lowering(SmallModels.dense, ParallelPlan(tensor: 4, data: 1)).denseLayer())
    let norms = 2.0 * 1024
    #expect(part - norms == (whole - norms) / 4)
  }

  // Products on 2,048 tokens: 4 of 1024 × 1024 in attention, 2 of 1024 × 4096.
  // 2 · 2048 · (4 · 1024² + 2 · 1024 · 4096) = 51,539,607,552; attention over the causal pairs
  // 2048 · 2049 / 2: 2 · 8 heads · pairs · 256 = 8,594,128,896.
  @Test("a dense layer's work, by hand")
  func denseWork() {
    let block = lowering(SmallModels.dense, ParallelPlan(data: 1)).denseLayer()
    #expect(work(block.forward) == FLOPs(51_539_607_552 + 8_594_128_896))
  }

  /// Bytes that casts to FP8 move, forward and backward.
  private func casts(_ block: Block) -> [Bytes] {
    [block.forward, block.backward].map { operations in
      operations.filter { $0.name == .cast }.reduce(.zero) { sum, operation in
        guard case .memory(let bytes) = operation.work else { return sum }
        return sum + bytes
      }
    }
  }

  // 2,048 tokens, 4 bytes an element. Forward: the results of attention (1024) and of the activation
  // (4096); norms write FP8 themselves. Backward: the gradients of queries, keys and values (3072), of
  // the output projection (1024) and of both feed-forward products (4096 and 1024).
  @Test("FP8 products have the casts of their operands beside them, 16-bit products none")
  func castsByHand() {
    let plan = ParallelPlan(data: 1)
    #expect(casts(lowering(SmallModels.dense, plan).denseLayer()) == [.zero, .zero])
    var eight = recipe
    eight.precision = .fp8
    let block = Lowering(
      model: SmallModels.dense, plan: plan, recipe: eight, habits: IdealFleet.stack.kernels
    ).denseLayer()
    #expect(casts(block) == [Bytes(4 * 2048 * 5120), Bytes(4 * 2048 * 9216)])
  }

  // NVFP4 reads 16 bits twice and writes 4 bits and a sixteenth of a byte twice: 5.125 bytes an element.
  @Test("FP4 casts read once more, for the scale of the whole tensor")
  func fourBitCasts() {
    var four = recipe
    four.precision = .fp4Block
    let block = Lowering(
      model: SmallModels.dense, plan: ParallelPlan(data: 1), recipe: four,
      habits: IdealFleet.stack.kernels
    ).denseLayer()
    #expect(casts(block) == [Bytes(5.125 * 2048 * 5120), Bytes(5.125 * 2048 * 9216)])
  }

  // 2,048 tokens with 2 experts each: 4,096 rows of 1,024 values before the activation (two branches of
  // 512) and of 1,024 after the second product. Clamp: 8 bytes a value forward, 10 backward. Biases: 28
  // forward; backward 36 and 2 for the sum of the first product's gradient.
  @Test("biases and clamps of experts outside their products' kernels are passes over memory")
  func expertBiases() {
    var model = SmallModels.experts
    model.experts?.biases = true
    model.experts?.clamped = true
    func bytes(_ name: Operation.Name, _ keys: KeyPath<Block, [Operation]>) -> [Bytes] {
      lowering(model, ParallelPlan(data: 1))
        .expertLayer(load: 1)[keyPath: keys].compactMap { operation in
          guard operation.name == name, case .memory(let bytes) = operation.work else { return nil }
          return bytes
        }
    }
    let values = 4096.0 * 1024
    #expect(bytes(.clamp, \.forward) == [Bytes(8 * values)])
    #expect(bytes(.clamp, \.backward) == [Bytes(10 * values)])
    #expect(bytes(.expertBias, \.forward) == [Bytes(28 * values)])
    #expect(bytes(.expertBias, \.backward) == [Bytes(38 * values)])
  }

  @Test("the backward pass does twice the products of the forward pass")
  func backwardWork() {
    let block = lowering(SmallModels.experts, ParallelPlan(data: 1)).expertLayer(load: 1)
    let products = { (operations: [Operation]) in
      operations.filter { if case .attention = $0.work { false } else { true } }
    }
    #expect(work(products(block.backward)) == 2 * work(products(block.forward)))
  }

  @Test("expert ranks keep the work of a rank the same and share the weights out")
  func expertRanks() {
    let alone = lowering(SmallModels.experts, ParallelPlan(data: 8)).expertLayer(load: 1)
    let shared = lowering(SmallModels.experts, ParallelPlan(data: 8, expert: 8))
      .expertLayer(load: 1)
    #expect(work(shared.forward) == work(alone.forward))
    let experts = { (block: Block) in
      block.forward.filter(\.holdsExperts).reduce(0) { $0 + $1.weights }
    }
    #expect(experts(shared) == experts(alone) / 8)
  }

  @Test("expert-tensor ranks share an expert's width and gather its tokens: the same work")
  func expertTensorRanks() {
    let plan = ParallelPlan(tensor: 2, data: 4, expert: 4, expertTensor: 2)
    let plain = ParallelPlan(tensor: 2, data: 4, expert: 4, expertTensor: 1)
    let grouped = { (plan: ParallelPlan) in
      work(
        lowering(SmallModels.experts, plan).expertLayer(load: 1).forward.filter(\.holdsExperts))
    }
    #expect(grouped(plan) == grouped(plain))
  }

  @Test("a busier rank does more expert work in proportion")
  func imbalance() {
    let lowered = lowering(SmallModels.experts, ParallelPlan(data: 8, expert: 8))
    let grouped = { (load: Double) in
      work(lowered.expertLayer(load: load).forward.filter(\.holdsExperts))
    }
    #expect(grouped(1.5) == 1.5 * grouped(1))
  }

  @Test("without tensor, context and expert ranks a layer does not communicate")
  func silence() {
    let block = lowering(SmallModels.experts, ParallelPlan(data: 8)).expertLayer(load: 1)
    let talks = (block.forward + block.backward).contains {
      switch $0.work {
      case .collective, .exchange: true
      case .matrix, .groupedMatrix, .attention, .memory: false
      }
    }
    #expect(!talks)
  }

  @Test("sequence parallelism sends as much as it replaces: a sum is a scatter and a gather")
  func sequenceParallelTraffic() {
    let bytes = { (plan: ParallelPlan) in
      lowering(SmallModels.dense, plan).denseLayer().forward.reduce(Bytes.zero) { sum, operation in
        guard case .collective(let kind, _, let payload) = operation.work else { return sum }
        return sum + payload * (kind == .allReduce ? 2 : 1)
      }
    }
    #expect(
      bytes(ParallelPlan(tensor: 2, data: 1, sequenceParallel: true))
        == bytes(ParallelPlan(tensor: 2, data: 1, sequenceParallel: false)))
  }
}
