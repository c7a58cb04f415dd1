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

  /// The part of a block's gathers and scatters that work does not hide.
  ///
  /// A scatter hides behind the block that runs next. A gather hides behind the blocks that run while it
  /// is ahead of its own; where blocks are alike one ahead hides as much as many, and none nothing.
  func exposed(_ block: BlockCost) throws -> Seconds {
    let (scatter, gather) = (try scatter(block), try gather(block))
    let hideable = plan.prefetch > 0 ? scatter + gather : scatter
    let hidden = min(hideable * overlap, block.forward.total + block.backward.total)
    return scatter + gather - hidden
  }

  /// What a block's gathers and scatters take in all.
  func time(_ block: BlockCost) throws -> Seconds { try scatter(block) + gather(block) }

  /// One scatter of gradients, in 16 bits.
  private func scatter(_ block: BlockCost) throws -> Seconds {
    scatters ? try time(.reduceScatter, block) : .zero
  }

  /// With ZeRO-3, two gathers of weights.
  private func gather(_ block: BlockCost) throws -> Seconds {
    plan.sharding == .weights ? try 2 * time(.allGather, block) : .zero
  }

  private func time(_ kind: CollectiveKind, _ block: BlockCost) throws -> Seconds {
    let part = { (weights: Double, group: RankGroup) in
      try costs.dataParallelTime(kind, group: group, payload: weightElement * weights)
    }
    return try part(block.sharedWeights, plan.gradientGroup)
      + part(block.expertWeights, plan.expertGradientGroup)
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

  /// What is whole while a block runs: its gradients, and with ZeRO-3 its weights and those of the
  /// next blocks, which are fetched ahead and taken to be as large.
  func whole(_ block: BlockCost) -> Bytes {
    let weights = block.sharedWeights + block.expertWeights
    switch plan.sharding {
    case .none, .optimizer: return .zero
    case .gradients: return gradientElement * weights
    case .weights:
      return (Double(1 + plan.prefetch) * weightElement + gradientElement) * weights
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
