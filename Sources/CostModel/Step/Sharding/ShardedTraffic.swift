import Hardware
import Parallelism
import Units
import Workload

/// What ZeRO-2 and 3 do for every micro-batch: each layer's gradients are scattered after its backward
/// pass, because no rank keeps them whole; with ZeRO-3 its weights are gathered before the forward pass
/// and again before the backward pass.
struct ShardedTraffic {
  private let plan: ParallelPlan
  private let costs: FleetCosts
  private let weightElement: Bytes
  private let gradientElement: Bytes
  /// The part of a gather or scatter that work beside it hides, as much as the stack lets it.
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
  private var gathers: Bool { plan.sharding == .weights }

  /// What a block's passes add, in time.
  func times(_ block: BlockCost) throws -> ShardedCalls<Seconds> {
    var calls = ShardedCalls<Seconds>()
    if gathers { calls.gather = split(try time(.allGather, block)) }
    if scatters { calls.scatter = split(try time(.reduceScatter, block)) }
    return calls
  }

  /// The same as steps of a script.
  func steps(_ block: BlockCost) throws -> ShardedCalls<[ScriptSegment]> {
    let times = try times(block)
    var calls = ShardedCalls<[ScriptSegment]>()
    calls.gather = segments(times.gather, .weightGather, block)
    calls.scatter = segments(times.scatter, .gradientScatter, block)
    return calls
  }

  private func split(_ time: Seconds) -> ShardedCall<Seconds> {
    let hidden = time * overlap
    return ShardedCall(
      exposed: time > hidden ? time - hidden : nil, hidden: hidden > .zero ? hidden : nil)
  }

  private func segments(
    _ times: ShardedCall<Seconds>, _ label: ScriptStep.Label, _ block: BlockCost
  ) -> ShardedCall<[ScriptSegment]> {
    let traffic = traffic(block)
    var waited = StepBreakdown()
    waited[.dataCommunication] = times.exposed ?? .zero
    return ShardedCall(
      exposed: times.exposed.map { _ in
        ScriptSegment.segments([
          ScriptStep(label, stream: .data, parts: waited, traffic: traffic * (1 - overlap))
        ])
      },
      hidden: times.hidden.map { hidden in
        ScriptSegment.segments([
          ScriptStep(
            label, stream: .data, parts: StepBreakdown(), hidden: hidden,
            traffic: traffic * overlap)
        ])
      })
  }

  private func time(_ kind: CollectiveKind, _ block: BlockCost) throws -> Seconds {
    let part = { (weights: Double, group: RankGroup) in
      try costs.dataParallelTime(kind, group: group, payload: weightElement * weights)
    }
    return try part(block.sharedWeights, plan.gradientGroup)
      + part(block.expertWeights, plan.expertGradientGroup)
  }

  /// What one gather or scatter sends over a rank's links. Gradients go in 16 bits.
  private func traffic(_ block: BlockCost) -> LinkTraffic {
    costs.communication.traffic(
      .allGather, group: plan.gradientGroup, payload: weightElement * block.sharedWeights)
      + costs.communication.traffic(
        .allGather, group: plan.expertGradientGroup, payload: weightElement * block.expertWeights)
  }

  /// The weights of a block, where they are whole only while it runs.
  func wholeWeights(_ block: BlockCost) -> Bytes {
    gathers ? weightElement * (block.sharedWeights + block.expertWeights) : .zero
  }

  /// The same of its gradients.
  func wholeGradients(_ block: BlockCost) -> Bytes {
    scatters ? gradientElement * (block.sharedWeights + block.expertWeights) : .zero
  }
}
