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
        let faults = fleet.faults(of: plan, model: model, recipe: recipe)
        if faults.count < fewest?.count ?? .max { fewest = faults }
      }
    }
    return fewest ?? fleet.faults(of: firstPlan, model: model, recipe: recipe)
  }

  private var firstPlan: ParallelPlan {
    func first<Value>(_ choice: SearchConstraints.Choice<Value>, _ usual: Value) -> Value {
      choice.values(usual: [usual], any: [usual]).first ?? usual
    }
    var plan = ParallelPlan(
      tensor: first(constraints.tensor, 1), context: first(constraints.context, 1),
      pipeline: first(constraints.pipeline, 1),
      virtualStages: first(constraints.virtualStages, 1), data: first(constraints.data, 0),
      expert: first(constraints.expert, 1), expertTensor: first(constraints.expertTensor, 1),
      microBatch: first(constraints.microBatch, 1),
      schedule: first(constraints.schedule, .oneForwardOneBackward),
      sharding: first(constraints.sharding, .optimizer))
    plan.firstStageLayers = first(constraints.firstStageLayers, 0)
    plan.lastStageLayers = first(constraints.lastStageLayers, 0)
    plan.sequenceParallel = plan.tensor > 1
    return plan.laidOut(on: fleet.size)
  }
}
