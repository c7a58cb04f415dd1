import Hardware
import Parallelism
import Units
import Workload

/// Writes blocks down as steps.
struct ScriptSource: Sendable {
  let lowering: Lowering
  private let cost: OperationCost
  private let recompute: Recompute
  private let sharded: ShardedTraffic

  init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts
  ) {
    lowering = Lowering(
      model: model, plan: plan, recipe: recipe, habits: costs.stack.kernels)
    cost = OperationCost(costs, plan: plan, precision: recipe.precision)
    recompute = plan.recompute
    sharded = ShardedTraffic(plan: plan, recipe: recipe, costs: costs)
  }

  typealias Steps = (forward: [ScriptStep], backward: [ScriptStep])

  func script(
    _ block: Block, isLayer: Bool, isSplit: Bool = true, cost: BlockCost
  ) throws -> BlockScript {
    let steps = try steps(block, isLayer: isLayer)
    return try rest(of: steps, cost: cost).script(steps, isSplit: isSplit)
  }

  /// The operations of a block; what the backward pass computes again comes first in it.
  func steps(_ block: Block, isLayer: Bool) throws -> Steps {
    let repeated = block.forward.filter { isLayer && recompute.repeats($0) }
    return (
      try block.forward.map { try step($0) },
      try repeated.map { try step($0, isRepeated: true) } + block.backward.map { try step($0) }
    )
  }

  /// An expert layer at the load of the busiest rank, which all wait for.
  func expertSteps(load: Double) throws -> Steps {
    let even = try steps(lowering.expertLayer(load: 1), isLayer: true)
    if load == 1 { return even }
    let own = try steps(lowering.expertLayer(load: load), isLayer: true)
    return Self.merged(even: even, own: own, slowest: own)
  }

  /// A layer at a rank's own load, with what it adds to an even load told apart. Exchanges take what the
  /// busiest rank of the group makes them take.
  static func merged(even: Steps, own: Steps, slowest: Steps) -> Steps {
    func merged(
      _ even: [ScriptStep], _ own: [ScriptStep], _ slowest: [ScriptStep]
    ) -> [ScriptStep] {
      even.indices.map { index in
        let real = even[index].stream == .expert ? slowest[index] : own[index]
        var step = real
        step.parts = even[index].parts
        step.parts[.expertImbalance] += real.parts.total - even[index].parts.total
        return step
      }
    }
    return (
      merged(even.forward, own.forward, slowest.forward),
      merged(even.backward, own.backward, slowest.backward)
    )
  }

  /// What a block keeps for its backward pass.
  func kept(_ block: Block) throws -> Bytes {
    BlockCost.sum(
      try PricedBlock(block, cost: cost, isLayer: true), recompute: recompute
    ).saved
  }

  /// What a block takes beside its operations: the host's time, and the traffic of weights and gradients
  /// that are shared out.
  func rest(of steps: Steps, cost: BlockCost) throws -> BlockRest {
    var rest = BlockRest()
    let host = { (whole: Seconds, steps: [ScriptStep]) -> [ScriptStep] in
      let sum = steps.reduce(Seconds.zero) { $0 + $1.parts.total }
      // Sums of another order may differ in their last bit.
      guard whole - sum > sum * 1e-12 else { return [] }
      var parts = StepBreakdown()
      parts[.hostOverhead] = whole - sum
      return [ScriptStep(.host, stream: .compute, parts: parts)]
    }
    rest.forward = host(cost.forward.total, steps.forward)
    rest.backward = host(cost.backward.total, steps.backward)
    rest.sharded = try sharded.steps(cost)
    return rest
  }

  private func step(_ operation: Operation, isRepeated: Bool = false) throws -> ScriptStep {
    var parts = StepBreakdown()
    try cost.add(operation, to: &parts)
    let hidden = cost.hiddenTime(operation, exposed: parts)
    if isRepeated {
      let whole = parts.total
      parts = StepBreakdown()
      parts[.recompute] = whole
    }
    return ScriptStep(
      .operation(operation.name), stream: operation.stream,
      isPutOff: operation.pass == .weightGradient, parts: parts, hidden: hidden,
      traffic: cost.traffic(operation))
  }
}

extension Operation {
  fileprivate var stream: ScriptStep.Stream {
    switch work {
    case .matrix, .groupedMatrix, .attention, .memory: .compute
    case .exchange: .expert
    case .collective(_, .tensor, _): .tensor
    case .collective(_, .context, _): .context
    case .collective(_, .expertTensor, _): .expertTensor
    }
  }
}

extension OperationCost {
  /// The part of a communication that the pass does not wait for: the stack's fraction of the whole, of
  /// which the exposed part is the rest.
  fileprivate func hiddenTime(_ operation: Operation, exposed: StepBreakdown) -> Seconds {
    let fraction: Double
    let part: StepBreakdown.Part
    switch operation.work {
    case .matrix, .groupedMatrix, .attention, .memory: return .zero
    case .collective(_, let axis, _):
      fraction = costs.overlap(axis.overlap, in: plan)
      part = axis.part
    case .exchange:
      fraction = costs.overlap(.expert, in: plan)
      part = .expertCommunication
    }
    // Where all is hidden the exposed part does not tell the whole.
    guard fraction < 1 else { return wholeTime(operation) }
    return exposed[part] * (fraction / (1 - fraction))
  }

  private func wholeTime(_ operation: Operation) -> Seconds {
    switch operation.work {
    case .matrix, .groupedMatrix, .attention, .memory: .zero
    case .collective(let kind, let axis, let payload):
      (costs.communication.collective(kind, group: group(axis), payload: payload) ?? .zero)
        * slowdown(axis)
    case .exchange(let exchange):
      (costs.communication.exchange(
        exchange, group: plan.expertGroup,
        deduplicated: costs.stack.kernels.deduplicatedDispatch) ?? .zero)
        * costs.stack.kernels.exchangeSlowdown.value
    }
  }

  /// What an operation sends over a rank's links.
  func traffic(_ operation: Operation) -> LinkTraffic {
    switch operation.work {
    case .matrix, .groupedMatrix, .attention, .memory: .none
    case .collective(let kind, let axis, let payload):
      costs.communication.traffic(kind, group: group(axis), payload: payload)
        .slowed(by: slowdown(axis))
    case .exchange(let exchange):
      costs.communication.traffic(
        exchange, group: plan.expertGroup,
        deduplicated: costs.stack.kernels.deduplicatedDispatch
      ).slowed(by: costs.stack.kernels.exchangeSlowdown.value)
    }
  }
}
