import Fixtures
import Hardware
import Parallelism
import Units
import Workload

/// A question to both estimators.
struct Case: Sendable, CustomStringConvertible {
  var model: ModelArchitecture
  var recipe: TrainingRecipe
  var plan: ParallelPlan
  var fleet: Fleet

  var description: String {
    "\(model.layers) layers of \(model.hidden), vocabulary \(model.vocabulary), "
      + "\(model.experts?.count ?? 0) experts, batch \(recipe.globalBatch), \(plan)"
  }
}

/// Draws legal plans of small and middling models on made-up fleets, with even expert loads.
struct PlanSpace {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// The next case; draws that are not legal are left out.
  mutating func next() -> Case {
    while true {
      let plan = drawPlan()
      let model = drawModel()
      let microBatches = pick([1, 2, 3, 4, 6, 12]) * pick([1, plan.pipeline, plan.pipeline])
      let recipe = TrainingRecipe(
        tokens: .trillion, sequenceLength: pick([1024, 4096]),
        globalBatch: plan.data * plan.microBatch * microBatches, precision: pick([.bf16, .fp8]))
      let faults = plan.faults(
        model: model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
        ranks: plan.ranks)
      if faults.isEmpty {
        return Case(model: model, recipe: recipe, plan: plan, fleet: drawFleet(plan.ranks))
      }
    }
  }

  /// The next case under a schedule.
  mutating func next(_ schedule: String) -> Case {
    while true {
      let question = next()
      if question.plan.scheduleName == schedule { return question }
    }
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &random)]
  }

  private mutating func fraction() -> Double { Double.random(in: 0...1, using: &random) }

  private mutating func drawPlan() -> ParallelPlan {
    let pipeline = pick([1, 2, 3, 4, 8, 16])
    var plan = ParallelPlan(
      tensor: pick([1, 2, 4]), context: pick([1, 1, 2]), pipeline: pipeline,
      virtualStages: pipeline == 1 ? 1 : pick([1, 1, 1, 2, 3, 4]), data: pick([1, 2, 8]),
      expert: pick([1, 2, 8]), expertTensor: pick([1, 1, 2]), microBatch: pick([1, 2]),
      sequenceParallel: pick([true, false]),
      schedule: pick(ScheduleKind.allCases + [.oneForwardOneBackward]),
      sharding: pick(OptimizerSharding.allCases),
      recompute: pick([
        .none, .full, .selective([.activations, .attention]), .selective([.experts]),
        .selective([.activations, .upProjections]),
      ]))
    if pipeline > 1, plan.virtualStages == 1 {
      plan.firstStageLayers = pick([0, 0, 1, 2])
      plan.lastStageLayers = pick([0, 0, 1, 2])
    }
    plan.prefetch = pick([0, 1, 2])
    plan.overlap = pick([.all, .all, Overlaps(rawValue: UInt8.random(in: 0...127, using: &random))])
    return plan
  }

  private mutating func drawAttention(hidden: Int) -> Attention {
    let heads = hidden / 128
    return pick([
      .grouped(GroupedQueryAttention(heads: heads, keyValueHeads: 8, headWidth: 128)),
      .latent(
        LatentAttention(
          heads: heads, queryRank: 256, keyValueRank: 128, positionFreeWidth: 64,
          positionWidth: 32, valueWidth: 64)),
    ])
  }

  private mutating func drawModel() -> ModelArchitecture {
    let hidden = pick([1024, 2048, 4096])
    let experts = ExpertLayer(
      count: pick([8, 64]), topK: 2, width: hidden / 2, leadingDenseLayers: pick([0, 1, 3]))
    return ModelArchitecture(
      id: "drawn", name: "Drawn", layers: Int.random(in: 4...64, using: &random), hidden: hidden,
      vocabulary: pick([1_000, 32_000, 128_000]), tiedEmbeddings: pick([true, false]),
      attention: drawAttention(hidden: hidden),
      feedForward: FeedForward(width: 4 * hidden, gated: true),
      experts: pick([nil, experts]), multiTokenLayers: pick([0, 0, 1]))
  }

  /// The ideal fleet with everything that takes time drawn anew.
  private mutating func drawFleet(_ size: Int) -> Fleet {
    var fleet = IdealFleet.fleet(size: size)
    fleet.fabric.scaleUp.latency.value = pick([0, 2, 10]) * Seconds.microsecond
    fleet.fabric.scaleOut?.latency.value = pick([0, 5, 20]) * Seconds.microsecond
    fleet.stack.overlap.pipeline.value = pick([0, 0.5, 1])
    fleet.stack.overlap.gradientReduction.value = fraction()
    fleet.stack.overlap.parameterGather.value = fraction()
    fleet.stack.overlap.tensor.value = fraction()
    fleet.stack.overlap.fullySharded.value = fraction()
    fleet.stack.host.perLayer.value = pick([0, 50]) * Seconds.microsecond
    fleet.stack.host.perCollective.value = pick([0, 10]) * Seconds.microsecond
    fleet.stack.host.perStep.value = pick([0, 50]) * Seconds.millisecond
    return fleet
  }
}

/// A small generator with a seed (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
