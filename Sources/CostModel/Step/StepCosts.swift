import Hardware
public import Parallelism
public import Units
public import Workload

/// What a step is made of, before an estimator puts it in time: the passes of each chunk, the sends
/// between them, and what each stage does once a step.
public struct StepCosts: Sendable {
  public let plan: ParallelPlan
  public let microBatches: Int
  /// In the model's order; `ParallelPlan.stage` tells where each lies.
  public let chunks: [ChunkCost]
  public let send: SendCost
  /// By stage.
  public let tails: [StepTail]
  /// By stage, all chunks of each.
  let stages: [ChunkCost]
  /// By chunk, its forward pass together with the backward pass of the other chunk of its stage; empty
  /// where passes run one by one.
  private let together: [Seconds]
  let recipe: TrainingRecipe
  let costs: FleetCosts

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
    let shares = StageLayout(model: model, plan: plan).chunks
    chunks = try Self.repeating(shares) { try ChunkCost($0, pieces: pieces, sharded: sharded) }
    var stages = Array(chunks[..<plan.pipeline])
    for stage in stages.indices {
      for chunk in plan.chunks(ofStage: stage).dropFirst() { stages[stage] += chunks[chunk] }
    }
    self.stages = stages
    together = pieces.scripts?.together(shares) ?? []
    send = try SendCost(boundary: pieces.boundary, plan: plan, costs: costs)
    tails = try stages.map {
      try StepTail($0, plan: plan, recipe: recipe, costs: costs)
    }
  }

  /// Prices each share; one like the share before it costs the same.
  private static func repeating(
    _ shares: [StageLayout.Share], price: (StageLayout.Share) throws -> ChunkCost
  ) rethrows -> [ChunkCost] {
    var priced: [ChunkCost] = []
    priced.reserveCapacity(shares.count)
    for (index, share) in shares.enumerated() {
      let isLike = index > 0 && shares[index - 1] == share
      priced.append(isLike ? priced[index - 1] : try price(share))
    }
    return priced
  }

  /// What the passes hold their stages for, exposed sends with them. The first chunk has nobody to
  /// send a backward result to, the last one nobody to send a forward result to.
  public func passTimes() -> PassTimes {
    var times = PassTimes(
      forward: chunks.map(\.forward.total), backward: chunks.map(\.backward.total),
      weightGradient: chunks.map(\.weightGradient.total), together: together,
      flight: send.flight)
    for chunk in chunks.indices.dropLast() {
      times.forward[chunk] += send.exposed
      times.backward[chunk + 1] += send.exposed
    }
    return times
  }

  /// Where the time of a step goes, when an estimator knows how long its pipeline takes.
  ///
  /// ```
  /// step = busiest stage + bubble + reduction + optimizer and gather + host time per step
  /// ```
  /// The busiest stage works through its passes and exposed sends; what else the pipeline takes is
  /// bubble. The norm of the gradients needs them all, so the optimizers start together, and the last
  /// stage to return its weights ends the step.
  ///
  /// - Parameters:
  ///   - pipeline: From the first pass to the last.
  ///   - reduction: From the last pass to the last stage that has summed its gradients.
  public func breakdown(pipeline: Seconds, reduction: Seconds) -> StepBreakdown {
    var busiest = work(stage: 0)
    for stage in 1..<max(1, plan.pipeline) {
      let other = work(stage: stage)
      if other.total > busiest.total { busiest = other }
    }
    let tail = slowestTail
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
    let optimizer = min(update, slowestTail.optimizer)
    step[.dataCommunication] += reduction + (update - optimizer)
    step[.optimizer] += optimizer
    step[.hostOverhead] += costs.stack.host.perStep.value
    return step
  }

  /// What comes after the reduction: the slowest stage's optimizer and gather, and the host.
  public var timeAfterReduction: Seconds {
    slowestTail.optimizer + slowestTail.gather + costs.stack.host.perStep.value
  }

  private var slowestTail: StepTail {
    var slowest = tails[0]
    for tail in tails where tail.optimizer + tail.gather > slowest.optimizer + slowest.gather {
      slowest = tail
    }
    return slowest
  }

  /// What a stage works in a step, forward and backward through all its chunks, with exposed sends,
  /// less what passes that run together hide of each other's expert exchange.
  private func work(stage: Int) -> StepBreakdown {
    var breakdown = stages[stage].forward + stages[stage].backward
    let ends = (stage == 0 ? 1 : 0) + (stage == plan.pipeline - 1 ? 1 : 0)
    breakdown[.pipelineCommunication] += Double(2 * plan.virtualStages - ends) * send.exposed
    breakdown = breakdown * Double(microBatches / plan.weightCopies)
    guard !together.isEmpty else { return breakdown }
    breakdown.hide(plan.hiddenTime(stage: stage, passTimes(), microBatches: microBatches))
    return breakdown
  }

  /// The memory of each stage at its fullest moment.
  public func memory() -> [StageMemory] {
    let habits = costs.stack.memory
    let states = StateMemory(plan: plan, recipe: recipe, habits: habits)
    let kept = chunks.map(\.saved)
    let keptOnce = chunks.map(\.savedOnce)
    return stages.indices.map { index in
      let stage = stages[index]
      var memory = StageMemory()
      states.add(shared: stage.sharedWeights, expert: stage.expertWeights, to: &memory)
      memory.activations = plan.mostKept(
        stage: index, kept: kept, keptOnce: keptOnce, microBatches: microBatches)
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
      memoryCapacity: device.memoryCapacity.value, modelWeights: work.weights,
      modelFLOPs: work.model,
      hardwareFLOPs: work.hardware, tokensPerStep: recipe.tokensPerStep,
      fleetPeak: peak * Double(plan.ranks))
  }
}

/// The time of passing a result on to the next stage, or a gradient to the one before.
public struct SendCost: Sendable {
  /// The part that the sender waits for.
  public let exposed: Seconds
  /// The rest: the result travels while its sender does other work.
  public let flight: Seconds
  /// What is sent.
  let payload: Bytes

  init(boundary: Bytes, plan: ParallelPlan, costs: FleetCosts) throws {
    payload = boundary
    guard plan.pipeline > 1 else {
      exposed = .zero
      flight = .zero
      return
    }
    guard let transfer = costs.communication.send(boundary, group: plan.pipelineGroup) else {
      throw EstimateFault.noNetwork(axis: "pipeline")
    }
    let whole = transfer + costs.stack.host.perCollective.value
    // DualPipe gives sends to units of their own: no pass waits for one.
    let overlap = plan.schedule.pairsPasses ? 1 : costs.stack.overlap.pipeline.value
    flight = plan.hidesSends ? whole * overlap : .zero
    exposed = whole - flight
  }
}
