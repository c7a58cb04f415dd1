import Hardware
public import Parallelism
import Units
public import Workload

/// The priced blocks of a model for one micro-batch on one rank, for every level of recomputation.
///
/// They depend on the tensor, context, expert and expert-tensor ranks of a plan, its micro-batch,
/// whether the sequence is split, whether there is more than one stage, and what it overlaps.
public struct PricedPieces: Sendable {
  let dense: PricedBlock?
  /// The layer under an even load, and under the busiest rank's where that is another.
  let expert: (even: PricedBlock, busiest: PricedBlock?)?
  let embedding: PricedBlock
  let head: PricedBlock
  let multiToken: (layer: PricedBlock, head: PricedBlock)?
  /// The hidden state that one stage sends to the next.
  let boundary: Bytes
  /// The host's time for one pass of a layer.
  let hostLayer: Seconds
  /// What an expert layer adds to it.
  let hostExperts: HostExperts

  /// - Throws: `EstimateFault` where the device lacks the precision, or a group crosses domains that no
  ///   network joins.
  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts
  ) throws {
    let fleet = costs.fleet
    guard fleet.device.peak(recipe.precision.matrixPrecision) != nil,
      fleet.device.peak(recipe.precision.sixteenBit) != nil
    else {
      throw EstimateFault.noPeak(
        device: fleet.device.name, precision: recipe.precision.rawValue)
    }
    let lowering = Lowering(
      model: model, plan: plan, recipe: recipe, habits: fleet.stack.kernels)
    let cost = OperationCost(costs, plan: plan, precision: recipe.precision)
    let load = model.experts.map {
      recipe.routing.busiestRankLoad(experts: $0.count, ranks: plan.expert)
    }
    func price(_ block: Block, isLayer: Bool) throws -> PricedBlock {
      try PricedBlock(block, cost: cost, isLayer: isLayer)
    }
    let holdsDense = model.expertLayers < model.layers
    dense = holdsDense ? try price(lowering.denseLayer(), isLayer: true) : nil
    expert = try load.map { load in
      let even = try price(lowering.expertLayer(load: 1), isLayer: true)
      return (even, load == 1 ? nil : try price(lowering.expertLayer(load: load), isLayer: true))
    }
    embedding = try price(lowering.embedding(), isLayer: false)
    head = try price(lowering.head(), isLayer: false)
    multiToken =
      model.multiTokenLayers == 0
      ? nil
      : (
        try price(lowering.multiTokenLayer(load: load ?? 1), isLayer: true),
        try price(lowering.multiTokenHead(), isLayer: false)
      )
    boundary = lowering.boundary
    hostLayer = fleet.stack.host.perLayer.value
    hostExperts = HostExperts(model.experts, ranks: plan.expert, recipe: recipe, stack: fleet.stack)
  }
}
