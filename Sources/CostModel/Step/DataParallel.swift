import Hardware
import Parallelism
import Units
import Workload

/// Once a step: the sum of gradients over the ranks that hold the same weights, the optimizer, and
/// the return of updated weights.
struct DataParallelTail {
  /// Reduce-scatter of gradients, or all-reduce without sharding. ZeRO-2 and 3 did it layer by layer.
  let reduction: Seconds
  /// All-gather of updated weights; none without sharding or with ZeRO-3.
  let gather: Seconds
  /// Bytes that the optimizer moves.
  let optimizerTraffic: Bytes

  init(
    weights: Double, group: RankGroup, plan: ParallelPlan, recipe: TrainingRecipe,
    costs: FleetCosts
  ) throws {
    let sharding = plan.sharding
    let gradient = costs.stack.memory.gradientElement.value
    let weight = recipe.precision.sixteenBit.elementSize
    let owned = sharding == .none ? weights : weights / Double(group.size)
    optimizerTraffic = recipe.optimizer.traffic(gradient: gradient, weight: weight) * owned
    let time = { (kind: CollectiveKind, element: Bytes) in
      try costs.dataParallelTime(kind, group: group, payload: element * weights)
    }
    switch sharding {
    case .none:
      reduction = try time(.allReduce, gradient)
      gather = .zero
    case .optimizer:
      reduction = try time(.reduceScatter, gradient)
      gather = try time(.allGather, weight)
    case .gradients:
      reduction = .zero
      gather = try time(.allGather, weight)
    case .weights:
      reduction = .zero
      gather = .zero
    }
  }
}

/// What ZeRO-2 and 3 do for every micro-batch: each layer's gradients are scattered after its backward
/// pass, because no rank keeps them whole; with ZeRO-3 its weights are gathered before the forward pass
/// and again before the backward pass.
struct ShardedTraffic {
  private let plan: ParallelPlan
  private let costs: FleetCosts
  private let weightElement: Bytes
  private let gradientElement: Bytes
  private let overlap: Double

  init(plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts) {
    self.plan = plan
    self.costs = costs
    weightElement = recipe.precision.sixteenBit.elementSize
    gradientElement = costs.stack.memory.gradientElement.value
    overlap = costs.overlap(.sharded, in: plan)
  }

  /// Whether there is any.
  var scatters: Bool { plan.sharding == .weights || plan.sharding == .gradients }

  /// The part of a block's gathers and scatters that its own work does not hide.
  func exposed(_ block: BlockCost) throws -> Seconds {
    let traffic = try time(block)
    return traffic - min(traffic * overlap, block.forward.total + block.backward.total)
  }

  /// What a block's gathers and scatters take in all.
  func time(_ block: BlockCost) throws -> Seconds {
    guard scatters else { return .zero }
    return try time(block.sharedWeights, plan.gradientGroup)
      + time(block.expertWeights, plan.expertGradientGroup)
  }

  /// What they send over a rank's links.
  func traffic(_ block: BlockCost) -> LinkTraffic {
    guard scatters else { return .none }
    let times = plan.sharding == .weights ? 3.0 : 1
    let shared = costs.communication.traffic(
      .allGather, group: plan.gradientGroup, payload: weightElement * block.sharedWeights)
    let experts = costs.communication.traffic(
      .allGather, group: plan.expertGradientGroup, payload: weightElement * block.expertWeights)
    return (shared + experts) * times
  }

  /// One scatter of gradients in 16 bits, and with ZeRO-3 two gathers of weights.
  private func time(_ weights: Double, _ group: RankGroup) throws -> Seconds {
    let payload = weightElement * weights
    let scatter = try costs.dataParallelTime(.reduceScatter, group: group, payload: payload)
    guard plan.sharding == .weights else { return scatter }
    return try scatter + 2 * costs.dataParallelTime(.allGather, group: group, payload: payload)
  }

  /// What is whole while a block runs: its gradients, and with ZeRO-3 its weights and those of the
  /// next block, which are fetched ahead.
  func whole(_ block: BlockCost) -> Bytes {
    let weights = block.sharedWeights + block.expertWeights
    switch plan.sharding {
    case .none, .optimizer: return .zero
    case .gradients: return gradientElement * weights
    case .weights: return (2 * weightElement + gradientElement) * weights
    }
  }
}

extension FleetCosts {
  /// The time of a collective over a data-parallel group.
  fileprivate func dataParallelTime(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) throws -> Seconds {
    let time = communication.collective(kind, group: group, payload: payload)
    guard let time else { throw EstimateFault.noNetwork(axis: "data") }
    return time
  }
}
