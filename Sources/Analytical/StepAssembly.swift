import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Puts the pieces of a model together into stages, and stages into a step.
struct StepAssembly {
  let plan: ParallelPlan
  let recipe: TrainingRecipe
  let fleet: Fleet
  let communication: CommunicationModel
  let kernels: KernelModel
  let stages: [StageCost]
  let microBatches: Int

  init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet,
    pieces: PieceCosts
  ) throws {
    self.plan = plan
    self.recipe = recipe
    self.fleet = fleet
    kernels = KernelModel(device: fleet.device, profile: fleet.kernels)
    let communication = CommunicationModel(
      fabric: fleet.fabric, kernels: kernels, curves: fleet.kernels)
    self.communication = communication
    microBatches = plan.microBatches(globalBatch: recipe.globalBatch)
    precondition(microBatches >= 1, "a step needs a micro-batch")
    let sharded = ShardedTraffic(plan: plan, recipe: recipe, fleet: fleet, communication)
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
    step += try stages.map(tail).max { $0.total < $1.total } ?? StepBreakdown()
    step[.hostOverhead] += fleet.stack.host.perStep.value
    return step
  }

  /// Exposed sends of one micro-batch on one stage: each chunk passes its result on once forward
  /// and once backward; what it receives travels at the same time.
  private func exposedSends() throws -> Seconds {
    guard plan.pipeline > 1 else { return .zero }
    let transfer = communication.send(stages[0].boundary, group: plan.pipelineGroup)
    guard let transfer else { throw EstimateFault.noNetwork(axis: "pipeline") }
    let exposed = 1 - fleet.stack.overlap.pipeline.value
    return (transfer + fleet.stack.host.perCollective.value)
      * (2 * Double(plan.virtualStages) * exposed)
  }

  /// What a stage does once a step: gradient reduction, optimizer, parameter gather.
  private func tail(_ stage: StageCost) throws -> StepBreakdown {
    var tail = StepBreakdown()
    let sums = try [
      (stage.sharedWeights, plan.gradientGroup), (stage.expertWeights, plan.expertGradientGroup),
    ].map { try DataParallelTail(weights: $0.0, group: $0.1, in: self) }
    let overlap = fleet.stack.overlap
    let reduction = sums[0].reduction + sums[1].reduction
    let gather = sums[0].gather + sums[1].gather
    tail[.dataCommunication] +=
      exposed(
        reduction, overlap: overlap.gradientReduction.value, window: stage.backward.total)
      + exposed(gather, overlap: overlap.parameterGather.value, window: stage.forward.total)
    tail[.optimizer] += kernels.memoryPass(sums[0].optimizerTraffic + sums[1].optimizerTraffic).time
    return tail
  }

  /// What is left of a communication when a part of it hides behind a window of work.
  private func exposed(_ time: Seconds, overlap: Double, window: Seconds) -> Seconds {
    time - min(time * overlap, window)
  }

  /// The memory of each stage at its fullest moment.
  func memory() -> [StageMemory] {
    let habits = fleet.stack.memory
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
