import Hardware
import Parallelism
import Workload

/// The values of each axis.
extension SearchSpace {
  var tensorRanks: [Int] {
    let domain = fleet.fabric.scaleUp.domainSize
    return constraints.tensor.values(
      usual: [1, 2, 4, 8].filter { $0 <= domain },
      any: divisors(of: model.attention.heads, upTo: domain))
  }

  var contextRanks: [Int] {
    constraints.context.values(
      usual: recipe.sequenceLength <= 8192 ? [1] : [1, 2, 4, 8, 16], any: [1, 2, 4, 8, 16, 32, 64])
  }

  /// Divisors of the ranks that tensor and context leave; those that make the data-parallel ranks asked
  /// for, where any are.
  func pipelineRanks(_ rest: Int) -> [Int] {
    let stages = constraints.pipeline.values(
      usual: divisors(of: rest, upTo: min(64, model.layers)),
      any: divisors(of: rest, upTo: model.layers)
    ).filter { rest % $0 == 0 }
    guard case .of(let data) = constraints.data else { return stages }
    return stages.filter { data.contains(rest / $0) }
  }

  var expertRanks: [Int] {
    let experts = model.experts?.count ?? 1
    return constraints.expert.values(
      usual: divisors(of: experts, upTo: 64), any: divisors(of: experts, upTo: experts))
  }

  func expertTensorRanks(_ tensor: Int) -> [Int] {
    let most = model.experts == nil ? 1 : tensor
    return constraints.expertTensor.values(
      usual: most == 1 ? [1] : [1, most], any: divisors(of: most, upTo: most))
  }

  /// One stage has nothing to schedule: it runs as 1F1B does.
  func schedules(_ plan: ParallelPlan) -> [ScheduleKind] {
    let kinds = constraints.schedule.values(
      usual: [.oneForwardOneBackward], any: ScheduleKind.allCases)
    return plan.pipeline > 1 ? kinds : kinds.filter { $0 == .oneForwardOneBackward }
  }

  /// Those with which the stack runs the plan's schedule.
  func virtualStages(_ plan: ParallelPlan) -> [Int] {
    let isPlain = fleet.stack.schedules.contains(plan.schedule.rawValue)
    let interleaves =
      plan.pipeline > 1 && plan.schedule == .oneForwardOneBackward
      && fleet.stack.schedules.contains(ParallelPlan.interleavedName)
    return constraints.virtualStages.values(usual: Array(1...8), any: Array(1...16))
      .filter { $0 == 1 ? isPlain : interleaves && $0 * plan.pipeline <= model.layers }
  }

  /// Layers of the first and of the last stage. On two stages the first settles the last.
  func ends(_ plan: ParallelPlan) -> [(first: Int, last: Int)] {
    let mayDiffer = plan.pipeline > 1 && plan.virtualStages == 1
    let mean = model.layers / plan.pipeline
    let near = mayDiffer ? [0] + (max(1, mean - 2)...mean + 1) : [0]
    let first = constraints.firstStageLayers.values(usual: [0], any: near)
    let isSettled = plan.pipeline == 2 && first.count > 1
    let last = constraints.lastStageLayers.values(usual: [0], any: isSettled ? [0] : near)
    return first.flatMap { first in last.map { (first, $0) } }
      .filter { mayDiffer || $0 == (0, 0) }
  }

  func shardings(_ plan: ParallelPlan) -> [OptimizerSharding] {
    constraints.sharding.values(
      usual: plan.pipeline == 1 ? [.optimizer, .weights] : [.optimizer],
      any: OptimizerSharding.allCases)
  }

  var microBatches: [Int] {
    constraints.microBatch.values(usual: [1, 2, 4, 8], any: [1, 2, 4, 8, 16, 32, 64])
  }

  /// What a plan does not communicate, or cannot hide, is not switched on and off: such plans would be one.
  func overlaps(_ plan: ParallelPlan) -> [Overlaps] {
    var free: [Overlaps] = []
    if plan.sharding == .none || plan.sharding == .optimizer { free.append(.gradients) }
    if plan.sharding == .optimizer || plan.sharding == .gradients { free.append(.parameters) }
    // Last, so that it changes least often: passes depend on it.
    if plan.pipeline > 1 && plan.hidesSends && !plan.schedule.pairsPasses { free.append(.pipeline) }
    let any = (0..<(1 << free.count)).map { bits in
      free.indices.reduce(into: Overlaps.all) { overlaps, index in
        if bits >> index & 1 == 1 { overlaps.subtract(free[index]) }
      }
    }
    return constraints.overlap.values(usual: [.all], any: any)
  }
}

/// The divisors of a number that do not exceed a limit, in rising order.
func divisors(of whole: Int, upTo limit: Int) -> [Int] {
  (1...max(1, min(whole, limit))).filter { whole % $0 == 0 }
}
