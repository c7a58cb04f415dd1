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
  let stages: StageCosts
  let recipe: TrainingRecipe
  let costs: FleetCosts
  private let updates: UpdateCosts
  private let hiding: TailHiding

  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts
  ) throws {
    let stages = StageCosts(
      layout: StageLayout(model: model, plan: plan),
      pieces: try ShardedPieces(pieces, model: model, plan: plan, recipe: recipe, costs: costs),
      plan: plan)
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
    hiding = TailHiding(plan, costs: costs)
    microBatches = plan.microBatches(globalBatch: recipe.globalBatch)
    precondition(microBatches >= 1, "a step needs a micro-batch")
  }

  /// In the model's order; `ParallelPlan.stage` tells where each lies.
  public var chunks: [ChunkCost] { stages.layout.kinds.indices.map { stages.chunkKinds[$0] } }

  /// By stage.
  public var tails: [StepTail] { (0..<plan.pipeline).map(tail(stage:)) }

  func tail(stage: Int) -> StepTail {
    updates.tail(kind: stages.layout.stageKinds.indices[stage], stages, hiding)
  }

  /// All passes, sends and tails of all stages one after the other.
  public var serialTime: Seconds {
    let passes = chunks.reduce(Seconds.zero) { sum, chunk in
      let backward = max(chunk.backwardTime, chunk.inputGradientTime + chunk.weightGradientTime)
      return sum + chunk.forwardTime + backward + 2 * (send.exposed + send.flight)
    }
    let tails = tails.reduce(costs.hostPerStep) { sum, tail in
      sum + tail.reduction + tail.hiddenReduction + tail.optimizer + tail.gather + tail.hiddenGather
    }
    return passes * Double(microBatches) + tails
  }

  public func passTimes() -> PassTimes { stages.passTimes(send, schedule: plan.schedule) }

  /// When the last stage has summed its gradients.
  ///
  /// - Parameter ends: By stage, when it has finished its passes.
  public func gradientsSummed(ends: [Seconds]) -> Seconds {
    updates.gradientsSummed(stages, latest: stages.layout.stageKinds.most(of: ends), hiding: hiding)
  }

  /// What follows when all gradients are summed: optimizers, the gather of weights, and the host's work
  /// once a step.
  public var timeAfterReduction: Seconds {
    updates.afterReduction(stages, hiding: hiding) + costs.hostPerStep
  }

  /// The part of that in which weights are gathered and nothing hides it.
  public var exposedGather: Seconds { updates.slowestTail(stages, hiding).gather }

  /// Where the time of a step goes, when an estimator knows how long its pipeline takes.
  ///
  /// ```
  /// step = busiest stage + bubble + reduction + optimizer and gather + host time per step
  /// ```
  /// The busiest stage works through its passes and exposed sends; what else the pipeline takes is
  /// bubble. The last stage to return its weights ends the step.
  ///
  /// - Parameters:
  ///   - pipeline: From the first pass to the last.
  ///   - reduction: From the last pass to the last stage that has summed its gradients.
  public func breakdown(pipeline: Seconds, reduction: Seconds) -> StepBreakdown {
    let passTimes = plan.schedule.pairsPasses ? passTimes() : nil
    var busiest = work(stage: 0, passTimes)
    for stage in 1..<max(1, plan.pipeline) {
      let other = work(stage: stage, passTimes)
      if other.total > busiest.total { busiest = other }
    }
    let tail = updates.slowestTail(stages, hiding)
    return breakdown(
      busiest: busiest, pipeline: pipeline, reduction: reduction,
      update: tail.optimizer + tail.gather)
  }

  /// The same where an estimator knows what the busiest rank did and what the optimizers took, with
  /// the gather of weights.
  public func breakdown(
    busiest: StepBreakdown, pipeline: Seconds, reduction: Seconds, update: Seconds
  ) -> StepBreakdown {
    var step = busiest
    step[.bubble] = max(.zero, pipeline - step.total)
    let optimizer = min(update, updates.slowestTail(stages, hiding).optimizer)
    step[.dataCommunication] += reduction + (update - optimizer)
    step[.optimizer] += optimizer
    step[.hostOverhead] += costs.hostPerStep
    return step
  }

  /// What a stage works in a step, forward and backward through all its chunks, with exposed sends,
  /// less what passes that run together hide of each other's expert exchange.
  ///
  /// - Parameter paired: The times of passes where some run together.
  private func work(stage index: Int, _ paired: PassTimes?) -> StepBreakdown {
    var breakdown = stages.work(stage: index)
    let ends = (index == 0 ? 1 : 0) + (index == plan.pipeline - 1 ? 1 : 0)
    breakdown[.pipelineCommunication] += Double(2 * plan.virtualStages - ends) * send.exposed
    breakdown = breakdown * Double(microBatches / plan.weightCopies)
    breakdown[.dataCommunication] += stages.cutExcess(
      stage: index, plan: plan, microBatches: microBatches)
    if let paired {
      breakdown.hide(plan.hiddenTime(stage: index, paired, microBatches: microBatches))
    }
    return breakdown
  }

  /// The memory of each stage at its fullest moment.
  public func memory() -> [StageMemory] { (0..<plan.pipeline).map(memory(stage:)) }

  /// What the fullest stage holds at its fullest moment.
  public func peakMemory() -> Bytes { memory().reduce(.zero) { max($0, $1.total) } }

  private func memory(stage index: Int) -> StageMemory {
    updates.memory(
      kind: stages.layout.stageKinds.indices[index], stages,
      kept: stages.mostKept(stage: index, plan: plan, microBatches: microBatches), costs)
  }

  /// What the fullest rank holds of the gradients once they are summed and scattered over its group.
  public var gradientShard: Bytes {
    updates.kinds.reduce(.zero) { max($0, $1.gradientShard) }
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
