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

extension FleetCosts {
  /// The time of a collective over a data-parallel group.
  func dataParallelTime(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) throws -> Seconds {
    let time = communication.collective(kind, group: group, payload: payload)
    guard let time else { throw EstimateFault.noNetwork(axis: "data") }
    return time
  }
}
