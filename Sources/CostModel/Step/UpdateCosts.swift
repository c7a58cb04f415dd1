import Hardware
public import Parallelism
import Units
public import Workload

/// What each kind of stage does once a step, and the states that it holds, before anything hides.
///
/// It depends on the weights of a stage, on who shares them and on the sharding; not on micro-batches,
/// recomputation or overlap. So a search computes it once for all plans that differ in those.
///
/// A class, because a search hands it to every such plan: one reference is passed on. It never changes.
public final class UpdateCosts: Sendable {
  /// One kind of stage.
  struct Update {
    let reduction: Seconds
    let gather: Seconds
    let optimizer: Seconds
    /// Weights, gradients and optimizer states; nothing else is filled in.
    let states: StageMemory
    /// What a rank holds of the gradients once they are summed and scattered.
    let gradientShard: Bytes
  }

  /// By kind of stage.
  let kinds: [Update]

  public init(
    _ stages: StageCosts, plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts
  ) throws {
    let stateMemory = StateMemory(plan: plan, recipe: recipe, habits: costs.stack.memory)
    kinds = try stages.stageKinds.map { stage in
      let shared = try DataParallelTail(
        weights: stage.sharedWeights, group: plan.gradientGroup, plan: plan, recipe: recipe,
        costs: costs)
      let experts = try DataParallelTail(
        weights: stage.expertWeights, group: plan.expertGradientGroup, plan: plan, recipe: recipe,
        costs: costs)
      var states = StageMemory()
      stateMemory.add(shared: stage.sharedWeights, expert: stage.expertWeights, to: &states)
      return Update(
        reduction: shared.reduction + experts.reduction, gather: shared.gather + experts.gather,
        optimizer: costs.kernels.memoryPass(
          shared.optimizerTraffic + experts.optimizerTraffic, Operation.optimizerPass
        ).time,
        states: states,
        gradientShard: costs.stack.memory.gradientElement.value
          * (stage.sharedWeights / Double(plan.gradientGroup.size)
            + stage.expertWeights / Double(plan.expertGradientGroup.size)))
    }
  }
}
