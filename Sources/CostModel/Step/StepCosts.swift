import Hardware
public import Parallelism
public import Units
public import Workload

/// What a step is made of, before an estimator puts it in time: the passes of each chunk, the sends
/// between them, and what each stage does once a step.
public struct StepCosts: Sendable {
  public let plan: ParallelPlan
  public let microBatches: Int
  public let send: SendCost
  private let stages: StageCosts
  private let updates: UpdateCosts
  private let recipe: TrainingRecipe
  private let costs: FleetCosts

  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts
  ) throws {
    let stages = try StageCosts(
      layout: StageLayout(model: model, plan: plan), pieces: pieces, plan: plan, recipe: recipe,
      costs: costs)
    self.init(
      plan: plan, recipe: recipe, costs: costs, stages: stages,
      updates: try UpdateCosts(stages, plan: plan, recipe: recipe, costs: costs),
      send: try SendCost(stages, plan: plan, costs: costs))
  }

  /// Puts a step together from costs that were computed before, for plans that share them.
  public init(
    plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts, stages: StageCosts,
    updates: UpdateCosts, send: SendCost
  ) {
    self.plan = plan
    self.recipe = recipe
    self.costs = costs
    self.stages = stages
    self.updates = updates
    self.send = send
    microBatches = plan.microBatches(globalBatch: recipe.globalBatch)
    precondition(microBatches >= 1, "a step needs a micro-batch")
  }

  /// In the model's order; chunk `c` lies on stage `c mod plan.pipeline`.
  public var chunks: [ChunkCost] { stages.layout.kinds.indices.map { stages.chunkKinds[$0] } }

  /// By stage.
  public var tails: [StepTail] { (0..<plan.pipeline).map(tail(stage:)) }

  public func tail(stage: Int) -> StepTail { tail(kind: stages.layout.stageKinds.indices[stage]) }

  private func tail(kind: Int) -> StepTail {
    StepTail(updates.kinds[kind], stage: stages.stageKinds[kind], plan: plan, costs: costs)
  }

  public func passTimes() -> PassTimes { stages.passTimes(send) }

  /// Where the time of a step goes, when an estimator knows how long its pipeline takes.
  ///
  /// ```
  /// step = m · busiest stage + bubble + reduction + optimizer and gather + host time per step
  /// ```
  /// The busiest stage works through its passes and exposed sends; what else the pipeline takes is
  /// bubble. The norm of the gradients needs them all, so the optimizers start together, and the last
  /// stage to return its weights ends the step.
  ///
  /// - Parameters:
  ///   - pipeline: From the first pass to the last.
  ///   - reduction: From the last pass to the last stage that has summed its gradients.
  public func breakdown(pipeline: Seconds, reduction: Seconds) -> StepBreakdown {
    var busiest = microBatch(stage: 0)
    for stage in 1..<max(1, plan.pipeline) {
      let other = microBatch(stage: stage)
      if other.total > busiest.total { busiest = other }
    }
    var step = busiest * Double(microBatches)
    step[.bubble] = max(.zero, pipeline - step.total)
    step[.dataCommunication] += reduction + slowestTail.gather
    step[.optimizer] += slowestTail.optimizer
    step[.hostOverhead] += costs.stack.host.perStep.value
    return step
  }

  /// What comes after the reduction: the slowest stage's optimizer and gather, and the host.
  public var timeAfterReduction: Seconds {
    slowestTail.optimizer + slowestTail.gather + costs.stack.host.perStep.value
  }

  private var slowestTail: StepTail {
    var slowest = tail(kind: 0)
    for kind in updates.kinds.indices.dropFirst() {
      let other = tail(kind: kind)
      if other.optimizer + other.gather > slowest.optimizer + slowest.gather { slowest = other }
    }
    return slowest
  }

  /// One micro-batch on a stage, forward and backward through all its chunks, with exposed sends.
  private func microBatch(stage index: Int) -> StepBreakdown {
    let stage = stages.stage(index)
    var breakdown = stage.forward + stage.backward
    let ends = (index == 0 ? 1 : 0) + (index == plan.pipeline - 1 ? 1 : 0)
    breakdown[.pipelineCommunication] += Double(2 * plan.virtualStages - ends) * send.exposed
    return breakdown
  }

  /// The memory of each stage at its fullest moment.
  public func memory() -> [StageMemory] { (0..<plan.pipeline).map(memory(stage:)) }

  /// What the fullest stage holds at its fullest moment.
  public func peakMemory() -> Bytes {
    var peak = Bytes.zero
    for stage in 0..<plan.pipeline { peak = max(peak, memory(stage: stage).total) }
    return peak
  }

  /// The least that the fullest stage needs, whatever its activations.
  public var mostStates: Bytes {
    updates.kinds.reduce(.zero) {
      max($0, $1.states.allocated + costs.reserved(beside: $1.states.allocated))
    }
  }

  private func memory(stage index: Int) -> StageMemory {
    let kind = stages.layout.stageKinds.indices[index]
    let stage = stages.stageKinds[kind]
    var memory = updates.kinds[kind].states
    memory.activations =
      stage.saved * plan.microBatchesInFlight(stage: index, microBatches: microBatches)
      + stage.savedOnce * (plan.schedule == .gpipe ? Double(microBatches) : 1)
    memory.transient = stage.transient
    memory.reserved = costs.reserved(beside: memory.allocated)
    return memory
  }

  /// The estimate that a breakdown of the step's time gives.
  public func estimate(_ breakdown: StepBreakdown, work: ModelWork) throws -> StepEstimate {
    let device = costs.fleet.device
    guard let peak = device.peak(recipe.precision.matrixPrecision) else {
      throw EstimateFault.noPeak(device: device.name, precision: recipe.precision.rawValue)
    }
    return StepEstimate(
      plan: plan, precision: recipe.precision, breakdown: breakdown, memory: memory(),
      memoryCapacity: device.memoryCapacity.value, modelWeights: work.weights,
      modelFLOPs: work.model, hardwareFLOPs: work.hardware, tokensPerStep: recipe.tokensPerStep,
      fleetPeak: peak * Double(plan.ranks))
  }
}
