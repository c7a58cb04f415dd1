import Hardware
import Parallelism
import Workload

/// The plans that a search considers for one model on one fleet.
///
/// | axis | usual values | any |
/// |---|---|---|
/// | tensor | powers of two up to 8 inside a scale-up domain | all divisors of the heads inside a domain |
/// | context | powers of two up to 16, where a sequence is longer than 8,192 tokens | powers of two up to 64 |
/// | pipeline | divisors of the ranks left, at most 64 and at most the layers | up to the layers |
/// | virtual stages | 1 to 8 | 1 to 16 |
/// | layers at the ends | dealt like the others | also up to two fewer, or one more, than the mean, without virtual stages |
/// | expert | divisors of the expert count, at most 64 | all divisors |
/// | expert tensor | 1, or the tensor ranks | divisors of the tensor ranks |
/// | micro-batch | 1, 2, 4, 8 | powers of two up to 64 |
/// | schedule | 1F1B | all that the stack runs |
/// | sharding | ZeRO-1, and ZeRO-3 where there is one stage | all |
/// | recompute | none, activations, experts and activations, full | every set of parts, full |
/// | overlap | all that the stack hides | sends, gradients and parameters on and off, as far as the plan has any |
///
/// A value that the scenario writes is kept to: a plan that cannot have it is left out, and none takes another in
/// its place. Data-parallel ranks are what is left. To hide a communication costs nothing in this model, so a search
/// leaves all of it on unless it is told otherwise.
struct SearchSpace: Sendable {
  let model: ModelArchitecture
  let recipe: TrainingRecipe
  let fleet: Fleet
  let constraints: SearchConstraints

  /// Levels of recomputation from the quickest to the leanest.
  ///
  /// Repeating a fused attention core would save next to nothing, so the usual levels leave it alone.
  var recomputeLevels: [Recompute] {
    let fused = fleet.stack.kernels.fusedAttention
    let cheap: RecomputeParts = fused ? [.activations] : [.activations, .attention]
    let levels: [Recompute] = [.selective(cheap), .selective(cheap.union([.experts])), .full]
    let all = RecomputeParts(RecomputePart.allCases.filter(model.attention.has))
    let sets = (1...all.rawValue).map { RecomputeParts(rawValue: $0) }
      .filter(all.isSuperset).map(Recompute.selective)
    return constraints.recompute.values(
      usual: [.none] + (fused ? [] : [.selective([.attention])]) + levels,
      any: [.none] + sets + [.full])
  }

  /// Calls `body` with each legal plan without recomputation, and with what its communication may hide.
  ///
  /// - Parameter mayFit: Asked of each split of the weights over ranks; where it denies, none of the
  ///   plans that differ in micro-batch and overlap only is told.
  func forEachPlan(
    where mayFit: (ParallelPlan) throws -> Bool,
    _ body: (inout ParallelPlan, [Overlaps]) throws -> Void
  ) rethrows {
    let microBatches = microBatches
    let repeats = CostTable<Bool>(limit: 1 << 12)
    try forEachSplit { plan in
      let overlaps = overlaps(plan)
      var asked = false
      for microBatch in microBatches {
        plan.microBatch = microBatch
        guard isLegal(plan) else { continue }
        if !asked {
          let isRepeated = repeats.value(PlanKey(plan).layout) { repeatsLayout(plan) }
          guard !isRepeated, try mayFit(plan) else { return }
          asked = true
        }
        plan.recompute = .none
        try body(&plan, overlaps)
      }
    }
  }

  /// Calls `body` with each way to split the weights over the ranks, legal or not.
  func forEachSplit(_ body: (inout ParallelPlan) throws -> Void) rethrows {
    for tensor in tensorRanks {
      for context in contextRanks where fleet.size % (tensor * context) == 0 {
        let rest = fleet.size / (tensor * context)
        for expert in expertRanks {
          for expertTensor in expertTensorRanks(tensor)
          where rest * tensor * context % (expert * expertTensor) == 0 {
            for pipeline in pipelineRanks(rest) {
              var plan = ParallelPlan(
                tensor: tensor, context: context, pipeline: pipeline, data: rest / pipeline,
                expert: expert, expertTensor: expertTensor, sequenceParallel: tensor > 1)
              try forEachLayout(&plan, body)
            }
          }
        }
      }
    }
  }

  private func forEachLayout(
    _ plan: inout ParallelPlan, _ body: (inout ParallelPlan) throws -> Void
  ) rethrows {
    for schedule in schedules(plan) {
      plan.schedule = schedule
      for virtualStages in virtualStages(plan) {
        plan.virtualStages = virtualStages
        for (first, last) in ends(plan) {
          plan.firstStageLayers = first
          plan.lastStageLayers = last
          for sharding in shardings(plan) {
            plan.sharding = sharding
            try body(&plan)
          }
        }
      }
    }
  }

  /// Whether another plan of the space leaves an end to be dealt and deals it just so: then both are one.
  private func repeatsLayout(_ plan: ParallelPlan) -> Bool {
    guard plan.hasOwnEnds else { return false }
    let layers = StageLayout(model: model, plan: plan).chunks
    return ends(plan).contains { first, last in
      let isFreer =
        (first == 0 || first == plan.firstStageLayers)
        && (last == 0 || last == plan.lastStageLayers)
      guard isFreer, (first, last) != (plan.firstStageLayers, plan.lastStageLayers) else {
        return false
      }
      var freer = plan
      freer.firstStageLayers = first
      freer.lastStageLayers = last
      return StageLayout(model: model, plan: freer).chunks == layers
    }
  }

  /// Without the stack's rule: the axes hold to it.
  private func isLegal(_ plan: ParallelPlan) -> Bool {
    plan.faults(
      model: model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
      ranks: fleet.size
    ).isEmpty
  }
}

extension Attention {
  /// Whether a layer with this attention has a part that recomputation can drop.
  fileprivate func has(_ part: RecomputePart) -> Bool {
    switch (part, self) {
    case (.upProjections, .grouped): false
    default: true
    }
  }
}
