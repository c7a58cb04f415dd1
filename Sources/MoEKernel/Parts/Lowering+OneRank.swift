public import CostModel
import Hardware
import Parallelism
import Units
public import Workload

extension Lowering {
  /// The lowering of a model that one rank holds whole, in FP32, for one micro-batch.
  public static func oneRank(_ model: ModelArchitecture, batch: Int, sequenceLength: Int)
    -> Lowering
  {
    let recipe = TrainingRecipe(
      tokens: Tokens(Double(batch * sequenceLength)), sequenceLength: sequenceLength,
      globalBatch: batch, precision: .fp32)
    return Lowering(
      model: model, plan: ParallelPlan(microBatch: batch), recipe: recipe, habits: oneRankHabits)
  }

  /// How the kernel uses its passes over memory. How a framework uses its kernels else decides nothing
  /// in a model's own list on one rank.
  private static let oneRankHabits = SoftwareStack.KernelHabits(
    matrixSlowdown: plain, attentionSlowdown: plain, elementwiseTraffic: plain,
    fusedAttention: true, deduplicatedDispatch: false, groupedExperts: true, fusedLoss: true,
    fusion: .all)
  private static let plain = Sourced(1.0, .derived, source: "the kernel itself")
}
