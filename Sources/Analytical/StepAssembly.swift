import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Puts the pieces of a model together into stages, and stages into a step.
struct StepAssembly {
  let plan: ParallelPlan
  let recipe: TrainingRecipe
  let costs: FleetCosts
  let stages: [StageCost]
  let microBatches: Int

  init(
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

  /// The whole step.
  ///
  /// ```
  /// time = m · slowest stage + (Σ stages − slowest) / v + tail
  /// ```
  /// Every stage's time holds its exposed sends. The tail is that of the stage with the longest one.
  func breakdown() throws -> StepBreakdown {
    let sends = try exposedSends()
    let times = stages.map { ($0.microBatch.total + sends).value }
    guard let slowest = times.indices.max(by: { times[$0] < times[$1] }) else {
      preconditionFailure("a plan has a stage")
    }
    var perMicroBatch = stages[slowest].microBatch
    perMicroBatch[.pipelineCommunication] += sends
    var step = perMicroBatch * Double(microBatches)
    step[.bubble] += Seconds(plan.bubble(stageTimes: times))
    step += try longestTail()
    step[.hostOverhead] += costs.stack.host.perStep.value
    return step
  }

  /// Exposed sends of one micro-batch on one stage: each chunk passes its result on once forward
  /// and once backward; what it receives travels at the same time.
  private func exposedSends() throws -> Seconds {
    guard plan.pipeline > 1 else { return .zero }
    let transfer = costs.communication.send(stages[0].boundary, group: plan.pipelineGroup)
    guard let transfer else { throw EstimateFault.noNetwork(axis: "pipeline") }
    let exposed = 1 - costs.stack.overlap.pipeline.value
    return (transfer + costs.stack.host.perCollective.value)
      * (2 * Double(plan.virtualStages) * exposed)
  }

  private func longestTail() throws -> StepBreakdown {
    var longest = StepBreakdown()
    for stage in stages {
      let tail = try tail(stage)
      if tail.total > longest.total { longest = tail }
    }
    return longest
  }

  /// What a stage does once a step: gradient reduction, optimizer, parameter gather.
  private func tail(_ stage: StageCost) throws -> StepBreakdown {
    var tail = StepBreakdown()
    let shared = try DataParallelTail(
      weights: stage.sharedWeights, group: plan.gradientGroup, in: self)
    let experts = try DataParallelTail(
      weights: stage.expertWeights, group: plan.expertGradientGroup, in: self)
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
  func memory() -> [StageMemory] {
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
}
