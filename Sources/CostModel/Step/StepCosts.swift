import Hardware
public import Parallelism
public import Units
public import Workload

/// What a step is made of, before an estimator puts it in time: the passes of each stage, the sends
/// between them, and what each stage does once a step.
public struct StepCosts: Sendable {
  public let plan: ParallelPlan
  public let microBatches: Int
  public let stages: [StageCost]
  private let recipe: TrainingRecipe
  private let costs: FleetCosts

  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts
  ) throws {
    self.plan = plan
    self.recipe = recipe
    self.costs = costs
    microBatches = plan.microBatches(globalBatch: recipe.globalBatch)
    precondition(microBatches >= 1, "a step needs a micro-batch")
    let sharded = ShardedTraffic(plan: plan, recipe: recipe, costs: costs)
    stages = try StageLayout(model: model, plan: plan).stages.map {
      try StageCost($0, pieces: pieces, sharded: sharded)
    }
  }

  /// The host's time once a step.
  public var hostPerStep: Seconds { costs.stack.host.perStep.value }

  /// Exposed sends of one micro-batch on one stage: each chunk passes its result on once forward
  /// and once backward; what it receives travels at the same time.
  public func exposedSends() throws -> Seconds {
    guard plan.pipeline > 1 else { return .zero }
    let transfer = costs.communication.send(stages[0].boundary, group: plan.pipelineGroup)
    guard let transfer else { throw EstimateFault.noNetwork(axis: "pipeline") }
    let exposed = 1 - costs.stack.overlap.pipeline.value
    return (transfer + costs.stack.host.perCollective.value)
      * (2 * Double(plan.virtualStages) * exposed)
  }

  /// What a stage does once a step: gradient reduction, optimizer, parameter gather.
  public func tail(_ stage: StageCost) throws -> StepBreakdown {
    var tail = StepBreakdown()
    let shared = try DataParallelTail(
      weights: stage.sharedWeights, group: plan.gradientGroup, plan: plan, recipe: recipe,
      costs: costs)
    let experts = try DataParallelTail(
      weights: stage.expertWeights, group: plan.expertGradientGroup, plan: plan, recipe: recipe,
      costs: costs)
    let overlap = costs.stack.overlap
    let reduction = shared.reduction + experts.reduction
    let gather = shared.gather + experts.gather
    tail[.dataCommunication] +=
      exposed(
        reduction, overlap: overlap.gradientReduction.value, window: stage.backward.total)
      + exposed(gather, overlap: overlap.parameterGather.value, window: stage.forward.total)
    tail[.optimizer] +=
      costs.kernels.memoryPass(shared.optimizerTraffic + experts.optimizerTraffic).time
    return tail
  }

  /// What is left of a communication when a part of it hides behind a window of work.
  private func exposed(_ time: Seconds, overlap: Double, window: Seconds) -> Seconds {
    time - min(time * overlap, window)
  }

  /// The memory of each stage at its fullest moment.
  public func memory() -> [StageMemory] {
    let habits = costs.stack.memory
    let states = StateMemory(plan: plan, recipe: recipe, habits: habits)
    return stages.indices.map { index in
      let stage = stages[index]
      var memory = StageMemory()
      states.add(shared: stage.sharedWeights, expert: stage.expertWeights, to: &memory)
      memory.activations =
        stage.saved * plan.microBatchesInFlight(stage: index, microBatches: microBatches)
        + stage.savedOnce
      memory.transient = stage.transient
      memory.reserved = habits.reserved.value + memory.allocated * habits.fragmentation.value
      return memory
    }
  }

  /// The estimate that a breakdown of the step's time gives.
  public func estimate(_ breakdown: StepBreakdown, work: ModelWork) throws -> StepEstimate {
    let device = costs.fleet.device
    guard let peak = device.peak(recipe.precision.matrixPrecision) else {
      throw EstimateFault.noPeak(device: device.name, precision: recipe.precision.rawValue)
    }
    return StepEstimate(
      plan: plan, breakdown: breakdown, memory: memory(),
      memoryCapacity: device.memoryCapacity.value, modelFLOPs: work.model,
      hardwareFLOPs: work.hardware, tokensPerStep: recipe.tokensPerStep,
      fleetPeak: peak * Double(plan.ranks))
  }
}
