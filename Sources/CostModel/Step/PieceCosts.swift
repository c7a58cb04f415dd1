import Hardware
public import Parallelism
public import Units
public import Workload

/// The part of a plan that the cost of a layer depends on. Plans that agree in it share their
/// layers' costs, whatever their stages and data-parallel ranks.
public struct PieceKey: Hashable, Sendable {
  let tensor, context, expert, expertTensor, microBatch: Int
  let sequenceParallel, singleStage, pairsPasses: Bool
  let recompute: Recompute

  public init(_ plan: ParallelPlan) {
    tensor = plan.tensor
    context = plan.context
    expert = plan.expert
    expertTensor = plan.expertTensor
    microBatch = plan.microBatch
    sequenceParallel = plan.sequenceParallel
    singleStage = plan.pipeline == 1
    pairsPasses = plan.schedule.pairsPasses
    recompute = plan.recompute
  }
}

/// The costs of a model's pieces for one micro-batch on one rank.
public struct PieceCosts: Sendable {
  let dense: BlockCost?
  let expert: BlockCost?
  let embedding: BlockCost
  let head: BlockCost
  let multiToken: (layer: BlockCost, head: BlockCost)?
  /// The hidden state that one stage sends to the next.
  let boundary: Bytes
  /// The same pieces operation by operation, where passes run together and their order counts.
  private(set) var scripts: PieceScripts?

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
    let host = HostTime(
      stack: fleet.stack, plan: plan, matrixPrecision: recipe.precision.matrixPrecision)
    let load = model.experts.map {
      recipe.routing.busiestRankLoad(experts: $0.count, ranks: plan.expert)
    }
    func price(_ block: Block, isLayer: Bool) throws -> BlockCost {
      try BlockCost(block, cost: cost, recompute: plan.recompute, isLayer: isLayer)
    }
    let holdsDense = model.expertLayers < model.layers
    dense = holdsDense ? try price(lowering.denseLayer(), isLayer: true).adding(host.layer) : nil
    if let load, let experts = model.experts {
      let hostTime = host.layer + host.expertLayer(experts)
      let even = try price(lowering.expertLayer(load: 1), isLayer: true)
      let busiest =
        load == 1 ? even : try price(lowering.expertLayer(load: load), isLayer: true)
      expert = BlockCost.imbalanced(even: even, busiest: busiest).adding(hostTime)
    } else {
      expert = nil
    }
    embedding = try price(lowering.embedding(), isLayer: false)
    head = try price(lowering.head(), isLayer: false)
    if model.multiTokenLayers > 0 {
      let layer = try price(lowering.multiTokenLayer(load: load ?? 1), isLayer: true)
      let hostTime = host.layer + (model.experts.map(host.expertLayer) ?? .zero)
      multiToken = (
        layer.adding(hostTime), try price(lowering.multiTokenHead(), isLayer: false)
      )
    } else {
      multiToken = nil
    }
    boundary = lowering.boundary
    guard plan.schedule.pairsPasses else { return }
    scripts = try PieceScripts(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: self)
  }
}

extension PieceCosts {
  /// The time of a number of layers for one micro-batch, forward and backward.
  public func layers(dense denseCount: Int, experts expertCount: Int) -> Seconds {
    let each = { (cost: BlockCost?) in cost.map { $0.forward.total + $0.backward.total } ?? .zero }
    return each(dense) * Double(denseCount) + each(expert) * Double(expertCount)
  }
}

/// The host's time for the passes of one layer and micro-batch.
private struct HostTime {
  let stack: SoftwareStack
  let plan: ParallelPlan
  let matrixPrecision: Precision

  /// Forward, backward and, with full recomputation, forward again.
  private var passes: Double { plan.recompute == .full ? 3 : 2 }

  var layer: Seconds { stack.host.perLayer.value * passes }

  func expertLayer(_ experts: ExpertLayer) -> Seconds {
    let local = Double(experts.count) / Double(plan.expert)
    let oneByOne = !stack.kernels.groupedExperts || matrixPrecision == .fp8
    let each = oneByOne ? stack.host.perLocalExpert.value : .zero
    return (stack.host.perExpertLayer.value + each * local) * passes
  }
}

extension BlockCost {
  /// The busiest rank's cost, with what it adds to an even load told apart.
  fileprivate static func imbalanced(even: BlockCost, busiest: BlockCost) -> BlockCost {
    var cost = busiest
    cost.forward = even.forward
    cost.forward[.expertImbalance] += busiest.forward.total - even.forward.total
    cost.backward = even.backward
    cost.backward[.expertImbalance] += busiest.backward.total - even.backward.total
    cost.weightGradient = even.weightGradient
    cost.weightGradient[.expertImbalance] +=
      busiest.weightGradient.total - even.weightGradient.total
    return cost
  }

  /// The block with host time, booked in its backward pass.
  fileprivate func adding(_ host: Seconds) -> BlockCost {
    var cost = self
    cost.backward[.hostOverhead] += host
    return cost
  }
}
