public import Hardware
public import Parallelism
import Units
public import Workload

/// Weights, gradients and optimizer states of a number of weights on one rank.
///
/// ```
/// weights   = 2 n            ÷ d with ZeRO-3
/// gradients = gradient · n   ÷ d with ZeRO-2 and 3
/// optimizer = 12 n           ÷ d with ZeRO-1, 2 and 3
/// ```
/// where `d` is the number of ranks that hold the same weights. Attention-side weights and expert
/// weights have groups of their own. Source: Rajbhandari et al. 2020, arXiv 1910.02054, section 3.
public struct StateMemory: Sendable {
  let plan: ParallelPlan
  let optimizer: Optimizer
  let gradientElement: Bytes
  let weightElement: Bytes

  public init(plan: ParallelPlan, recipe: TrainingRecipe, habits: SoftwareStack.MemoryHabits) {
    self.plan = plan
    optimizer = recipe.optimizer
    gradientElement = habits.gradientElement.value
    weightElement = recipe.precision.sixteenBit.elementSize
  }

  /// Adds the states of weights to a stage's memory.
  public func add(shared: Double, expert: Double, to memory: inout StageMemory) {
    add(shared, ranks: plan.gradientGroup.size, to: &memory)
    add(expert, ranks: plan.expertGradientGroup.size, to: &memory)
  }

  private func add(_ count: Double, ranks: Int, to memory: inout StageMemory) {
    let split = 1 / Double(ranks)
    let sharding = plan.sharding
    memory.weights += weightElement * count * (sharding == .weights ? split : 1)
    memory.gradients +=
      gradientElement * count * (sharding == .weights || sharding == .gradients ? split : 1)
    memory.optimizer +=
      optimizer.stateBytesPerParameter * count * (sharding == .none ? 1 : split)
  }
}
