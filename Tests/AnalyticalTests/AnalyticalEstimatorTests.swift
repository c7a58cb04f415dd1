import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units
import Workload

@Suite("A step in closed form")
struct AnalyticalEstimatorTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16)

  func estimate(
    _ plan: ParallelPlan, model: ModelArchitecture = SmallModels.dense,
    change: (inout Fleet) -> Void = { _ in }
  ) throws -> StepEstimate {
    var fleet = IdealFleet.fleet(size: plan.ranks)
    change(&fleet)
    return try AnalyticalEstimator().estimate(
      model: model, recipe: recipe, plan: plan, fleet: fleet)
  }

  @Test(
    "the parts of the breakdown add up to the step",
    arguments: [
      ParallelPlan(data: 1), ParallelPlan(tensor: 2, pipeline: 2, virtualStages: 2, data: 2),
      ParallelPlan(tensor: 2, data: 8, expert: 4, expertTensor: 2, recompute: .full),
      ParallelPlan(context: 4, data: 4, expert: 16, sharding: .weights),
    ])
  func partsAddUp(plan: ParallelPlan) throws {
    let step = try estimate(plan, model: SmallModels.experts)
    let sum = StepBreakdown.Part.allCases.reduce(Seconds.zero) { $0 + step.breakdown[$1] }
    #expect(sum == step.stepTime)
    #expect(StepBreakdown.Part.allCases.allSatisfy { step.breakdown[$0] >= .zero })
  }

  @Test("ideal compute is the model's work at full peak when nothing is cut")
  func idealCompute() throws {
    let step = try estimate(ParallelPlan(data: 1))
    // Attention's backward pass does 2.5 times its forward work where the model needs twice:
    // half a forward pass of attention for each layer and sequence.
    let attention = FLOPs(2.0 * 8 * (2048 * 2049 / 2) * 256)
    let extra = 0.5 * 4 * 64 * attention
    let ideal = (step.modelFLOPs + extra) / step.fleetPeak
    #expect(abs(step.breakdown[.idealCompute] / ideal - 1) < 1e-12)
  }

  @Test("full recomputation adds one forward pass of the layers to the work")
  func recomputation() throws {
    let plain = try estimate(ParallelPlan(data: 1))
    let full = try estimate(ParallelPlan(data: 1, recompute: .full))
    #expect(full.modelFLOPs == plain.modelFLOPs)
    let head = 2.0 * 64 * 2048 * 1024 * 1000
    #expect(
      abs(
        (full.hardwareFLOPs - plain.modelFLOPs).value * 3
          / (plain.modelFLOPs.value - 3 * head) - 1) < 1e-12)
    #expect(full.breakdown[.recompute] > .zero && plain.breakdown[.recompute] == .zero)
  }

  @Test("more of anything never lengthens a step", arguments: [1.5, 2, 10])
  func monotone(factor: Double) throws {
    let plan = ParallelPlan(tensor: 2, pipeline: 2, data: 4, expert: 4)
    let base = try estimate(plan, model: SmallModels.experts).stepTime
    let changes: [(inout Fleet) -> Void] = [
      { $0.device.memoryBandwidth.value *= factor },
      { $0.device.peaks[.bf16]?.value *= factor },
      { $0.fabric.scaleUp.bandwidth.value *= factor },
      { $0.fabric.scaleOut?.bandwidth.value *= factor },
    ]
    for change in changes {
      #expect(try estimate(plan, model: SmallModels.experts, change: change).stepTime < base)
    }
  }

  @Test("hiding communication shortens a step, and never below its computation")
  func overlap() throws {
    let plan = ParallelPlan(tensor: 2, data: 8)
    let exposed = try estimate(plan)
    let hidden = try estimate(plan) { fleet in
      fleet.stack.overlap.tensor.value = 1
      fleet.stack.overlap.gradientReduction.value = 1
      fleet.stack.overlap.parameterGather.value = 1
    }
    #expect(hidden.stepTime < exposed.stepTime)
    #expect(hidden.breakdown[.tensorCommunication] == .zero)
    #expect(hidden.stepTime >= hidden.breakdown[.idealCompute])
  }

  @Test("gradients cannot hide behind more work than the last backward pass")
  func overlapWindow() throws {
    let step = try estimate(ParallelPlan(data: 64)) { fleet in
      fleet.stack.overlap.gradientReduction.value = 1
      fleet.fabric.scaleOut?.bandwidth.value *= 1e-3
    }
    #expect(step.breakdown[.dataCommunication] > .zero)
  }

  @Test("a deeper pipeline has a longer bubble, and interleaving shortens it")
  func bubble() throws {
    let plain = try estimate(ParallelPlan(pipeline: 4, data: 1))
    let two = try estimate(ParallelPlan(pipeline: 2, data: 2))
    #expect(
      plain.breakdown[.bubble] / plain.stepTime > two.breakdown[.bubble] / two.stepTime)
    let interleaved = try estimate(ParallelPlan(pipeline: 2, virtualStages: 2, data: 2))
    #expect(interleaved.breakdown[.bubble] < two.breakdown[.bubble])
  }

  @Test("an uneven router costs time, told apart")
  func imbalance() throws {
    var skewed = recipe
    skewed.routing = .zipf(exponent: 0.5)
    let plan = ParallelPlan(data: 8, expert: 8)
    let step = try AnalyticalEstimator().estimate(
      model: SmallModels.experts, recipe: skewed, plan: plan, fleet: IdealFleet.fleet(size: 8))
    let even = try estimate(plan, model: SmallModels.experts)
    #expect(step.breakdown[.expertImbalance] > .zero)
    #expect(even.breakdown[.expertImbalance] == .zero)
    #expect(step.breakdown[.idealCompute] == even.breakdown[.idealCompute])
  }

  @Test("the first stage of 1F1B keeps the most activations")
  func stageMemory() throws {
    let memory = try estimate(ParallelPlan(pipeline: 4, data: 1)).memory
    #expect(memory[0].activations > memory[1].activations)
    #expect(memory[1].activations > memory[2].activations)
  }

  @Test("expert ranks lower the memory of weights, ZeRO-3 lowers it further")
  func expertMemory() throws {
    let weights = { (plan: ParallelPlan) in
      try estimate(plan, model: SmallModels.experts).peakMemory.weights
    }
    let whole = try weights(ParallelPlan(data: 8))
    let shared = try weights(ParallelPlan(data: 8, expert: 8))
    let sharded = try weights(ParallelPlan(data: 8, expert: 8, sharding: .weights))
    #expect(whole > shared && shared > sharded)
  }

  @Test("a precision without a unit is refused by name")
  func noPeak() {
    #expect(throws: EstimateFault.noPeak(device: "Ideal", precision: "fp8")) {
      var eight = recipe
      eight.precision = .fp8
      var fleet = IdealFleet.fleet(size: 1)
      fleet.device.peaks[.fp8] = nil
      _ = try AnalyticalEstimator().estimate(
        model: SmallModels.dense, recipe: eight, plan: ParallelPlan(data: 1), fleet: fleet)
    }
  }

  @Test("a fabric that ends at its domain refuses a group that does not fit in it")
  func noNetwork() {
    #expect(throws: EstimateFault.noNetwork(axis: "data")) {
      _ = try estimate(ParallelPlan(data: 16)) { $0.fabric.scaleOut = nil }
    }
  }

  @Test("utilization beyond the peak is an error, not an answer")
  func physics() throws {
    var step = try estimate(ParallelPlan(data: 1))
    try step.checkPhysics()
    step.hardwareFLOPs *= 2
    #expect(throws: EstimateFault.self) { try step.checkPhysics() }
  }

  @Test(
    "context ranks share attention out evenly: their work does not depend on how many there are")
  func contextWork() throws {
    let work = try [1, 2, 4].map { context in
      let step = try estimate(ParallelPlan(context: context, data: 4 / context))
      return step.breakdown[.idealCompute].value
    }
    #expect(abs(work[1] / work[0] - 1) < 1e-12)
    #expect(abs(work[2] / work[0] - 1) < 1e-12)
  }

  @Test("ZeRO-2 pays for its smaller gradients with a scatter for every micro-batch")
  func shardedGradients() throws {
    let one = try estimate(ParallelPlan(data: 4, sharding: .optimizer))
    let two = try estimate(ParallelPlan(data: 4, sharding: .gradients))
    #expect(two.peakMemory.gradients < one.peakMemory.gradients)
    #expect(two.breakdown[.dataCommunication] > one.breakdown[.dataCommunication])
  }

  // A layer has 4 · 1,024² + 2 · 1,024 · 4,096 + 2 · 1,024 weights of 2 bytes, gathered or scattered by 8
  // ranks at 100 GB/s in 0.22 ms; embedding and head take 0.018 ms. Without prefetch each of 8 micro-batches
  // waits for 4 layers, the embedding and the head three times: 12 · 0.2202 + 6 · 0.0179 = 2.750 ms. One
  // ahead, it waits
  // - forward, for the embedding and the layer behind it, less the look-up, 8.4 MB at 1 TB/s:
  //   0.0179 + 0.2202 − 0.0084;
  // - backward, for the head and the last layer, less the head's work: two products of 2 · 2,048 · 1,024 ·
  //   1,000 at 100 TFLOP/s, 20.5 MB of the loss, 12.6 MB of the norm: 0.0179 + 0.2202 − 0.1170;
  // - for the last two scatters, less the look-up's gradient, 21 MB: 0.2202 − 0.0210 + 0.0179.
  // Together 0.568 ms.
  @Test("a layer fetched ahead hides its gathers; more of them cost memory only")
  func prefetch() throws {
    let layer = 2.0 * 12_584_960
    let steps = try [0, 1, 2].map { prefetch in
      var plan = ParallelPlan(data: 8, sharding: .weights)
      plan.prefetch = prefetch
      return try estimate(plan) { $0.stack.overlap.fullySharded.value = 1 }
    }
    let longer = steps[0].stepTime - steps[1].stepTime
    #expect(abs(longer.value / (8 * (2.750e-3 - 0.568e-3)) - 1) < 1e-3)
    #expect(steps[1].stepTime == steps[2].stepTime)
    for (less, more) in zip(steps, steps.dropFirst()) {
      #expect(more.memory[0].transient - less.memory[0].transient == Bytes(layer))
    }
  }

  @Test("GPipe keeps the logits of every micro-batch, 1F1B those of one")
  func logits() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    var gpipe = plan
    gpipe.schedule = .gpipe
    // 64 sequences of 2,048 tokens, 1,000 words, 4 bytes and 2 for each logit.
    let logits = Bytes(2048 * 1000 * 6)
    let last = { (plan: ParallelPlan) in try estimate(plan).memory[1].activations }
    #expect(try last(gpipe) - last(plan) > 63 * logits)
  }

  @Test("a busy expert rank slows the exchange as well as the products")
  func imbalancedExchange() throws {
    var fleet = IdealFleet.fleet(size: 8)
    fleet.fabric.scaleUp.bandwidth.value *= 1e-3
    let plan = ParallelPlan(data: 8, expert: 8)
    var skewed = recipe
    skewed.routing = .zipf(exponent: 0.5)
    let step = try AnalyticalEstimator().estimate(
      model: SmallModels.experts, recipe: skewed, plan: plan, fleet: fleet)
    #expect(step.breakdown[.expertImbalance] > 0.1 * step.breakdown[.expertCommunication])
  }
}
