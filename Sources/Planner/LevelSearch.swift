import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Finds, of plans that differ in recomputation only, the quickest that fits in memory.
struct LevelSearch {
  let pricer: PlanPricer
  let levels: RecomputeLevels
  let capacity: Bytes
  /// Whether levels are left out that cannot win.
  let prunes: Bool
  /// Plans whose memory was counted.
  private(set) var evaluated = 0

  init(_ pricer: PlanPricer, levels: RecomputeLevels, prunes: Bool) {
    self.pricer = pricer
    self.levels = levels
    self.prunes = prunes
    capacity = pricer.costs.fleet.device.memoryCapacity.value
  }

  /// Gives a plan the level that makes it quickest.
  ///
  /// - Parameter limit: Longer steps are of no interest.
  /// - Returns: The time of the step; nil where nothing fits within the limit.
  mutating func settle(_ plan: inout ParallelPlan, within limit: Seconds) throws -> Seconds? {
    var open = levels.all
    var best: (recompute: Recompute, time: Seconds)?
    for index in levels.indices where open.contains(index) {
      plan.recompute = levels.levels[index]
      let longest = best?.time ?? Seconds(.infinity)
      let limit = prunes ? min(limit, longest) : Seconds(.infinity)
      // Levels that repeat more cannot beat the limit either.
      guard let pieces = try pricer.pieces(plan), leastTime(plan, pieces) < limit,
        let step = try pricer.step(plan)
      else {
        open.subtract(levels.more(than: index))
        continue
      }
      evaluated += 1
      guard step.peakMemory() <= capacity else { continue }
      let time = step.time(of: plan, within: limit)
      if time < longest { best = (plan.recompute, time) }
      if prunes { open.subtract(levels.more(than: index)) }
    }
    guard let best else { return nil }
    plan.recompute = best.recompute
    return best.time
  }

  /// A time that no estimate of the plan falls below: the work of all layers of every micro-batch,
  /// spread over the stages without a gap. The slowest stage does at least the mean. Where passes run together
  /// one computes while the other communicates, and only what they compute is sure.
  private func leastTime(_ plan: ParallelPlan, _ pieces: PieceCosts) -> Seconds {
    let microBatches = Double(plan.microBatches(globalBatch: pricer.recipe.globalBatch))
    let (dense, experts) = (
      pricer.model.layers - pricer.model.expertLayers, pricer.model.expertLayers
    )
    let layers =
      plan.schedule.pairsPasses
      ? pieces.computation(dense: dense, experts: experts)
      : pieces.layers(dense: dense, experts: experts)
    return layers * (microBatches / Double(plan.pipeline))
  }
}
