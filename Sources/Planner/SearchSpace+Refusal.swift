import Hardware
import Parallelism

/// Why a space has no legal plan.
extension SearchSpace {
  /// The rules that refuse the plan which breaks fewest of them. Without any split of the ranks, that is the
  /// plan of the first value of each axis.
  var fewestFaults: [PlanFault] {
    var fewest: [PlanFault]?
    forEachSplit { plan in
      for microBatch in microBatches {
        plan.microBatch = microBatch
        let faults = faults(of: plan)
        if faults.count < fewest?.count ?? .max { fewest = faults }
      }
    }
    return fewest ?? faults(of: firstPlan)
  }

  private var firstPlan: ParallelPlan {
    func first(_ choice: SearchConstraints.Choice<Int>) -> Int {
      choice.values(usual: [1], any: [1]).first ?? 1
    }
    var plan = ParallelPlan(
      tensor: first(constraints.tensor), context: first(constraints.context),
      pipeline: first(constraints.pipeline), data: 0, expert: first(constraints.expert),
      expertTensor: first(constraints.expertTensor), microBatch: first(constraints.microBatch))
    plan.sequenceParallel = plan.tensor > 1
    if case .of = constraints.data { plan.data = first(constraints.data) }
    return plan.laidOut(on: fleet.size)
  }
}
