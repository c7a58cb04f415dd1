import CostModel
import Parallelism
import Units

/// The costs of a plan, and of all that differ from it in what they hide of the update only.
struct PlanCosts {
  let passes: PassCosts
  let send: SendCost
  let updates: UpdateCosts
  let costs: FleetCosts

  /// The time of the step: the sum of its parts, up to rounding.
  ///
  /// - Parameters:
  ///   - plan: One of the plans whose costs these are.
  ///   - limit: A longer step is of no interest: its time may be too short, though never shorter than the
  ///     limit.
  func time(of plan: ParallelPlan, within limit: Seconds = Seconds(.infinity)) -> Seconds {
    let hiding = TailHiding(plan, costs: costs)
    let after = updates.afterReduction(passes.stages, hiding: hiding) + costs.hostPerStep
    // A hair more, so that rounding never takes a lower bound for a shorter step.
    let latest = passes.latest(send, within: (limit - after) * (1 + 1e-9))
    return updates.gradientsSummed(passes.stages, latest: latest, hiding: hiding) + after
  }

  /// What the fullest rank holds at its fullest moment.
  func peakMemory() -> Bytes {
    updates.peakMemory(passes.stages, kept: passes.kept, costs: costs)
  }

  /// The least that the fullest rank holds, whatever its activations.
  var mostStates: Bytes { updates.mostStates(costs) }
}

/// The passes of a step: what all plans share that differ only in what they hide of their sends and in the
/// update of the weights.
final class PassCosts {
  let stages: StageCosts
  private let plan: ParallelPlan
  private let microBatches: Int
  /// With the sends that were asked for last, and with those before.
  private var ends: PassEnds?
  private var otherEnds: PassEnds?
  /// By kind of stage, the most that one keeps for its backward passes.
  private(set) lazy var kept = stages.mostKept(plan, microBatches: microBatches)

  init(_ stages: StageCosts, plan: ParallelPlan, microBatches: Int) {
    self.stages = stages
    self.plan = plan
    self.microBatches = microBatches
  }

  /// By kind of stage, the last of its ends, exact where it lies within the limit.
  func latest(_ send: SendCost, within wanted: Seconds) -> [Seconds] {
    if ends?.send != send { swap(&ends, &otherEnds) }
    if let ends, ends.send == send, ends.limit >= wanted { return ends.latest }
    let latest = stages.latestEnds(send, plan: plan, microBatches: microBatches, within: wanted)
    // Ends within the limit are exact, so they answer for every other.
    let isExact = latest.allSatisfy { $0 < wanted }
    ends = PassEnds(send: send, latest: latest, limit: isExact ? Seconds(.infinity) : wanted)
    return latest
  }
}

/// When the passes of a step end.
private struct PassEnds {
  let send: SendCost
  /// By kind of stage, the last of its ends; of a step beyond the limit they may be too early.
  let latest: [Seconds]
  let limit: Seconds
}
