import Parallelism

/// What the cost of a layer depends on, before recomputation.
struct PieceKey: Hashable {
  let tensor, context, expert, expertTensor, microBatch: Int
  let sequenceParallel, endsShareRanks, pairsPasses: Bool
  let overlap: Overlaps

  init(_ plan: ParallelPlan) {
    tensor = plan.tensor
    context = plan.context
    expert = plan.expert
    expertTensor = plan.expertTensor
    microBatch = plan.microBatch
    sequenceParallel = plan.sequenceParallel
    endsShareRanks = plan.endsShareRanks
    pairsPasses = plan.schedule.pairsPasses
    overlap = plan.overlap.intersection(.ofLayers)
  }
}

/// The same with what the backward pass repeats.
struct RecomputedPieceKey: Hashable {
  let piece: PieceKey
  let recompute: Recompute
}

/// What the layout of stages depends on.
struct LayoutKey: Hashable {
  let pipeline, virtualStages, firstStageLayers, lastStageLayers: Int
  let schedule: ScheduleKind

  init(_ plan: ParallelPlan) {
    pipeline = plan.pipeline
    virtualStages = plan.virtualStages
    firstStageLayers = plan.firstStageLayers
    lastStageLayers = plan.lastStageLayers
    schedule = plan.schedule
  }
}

/// What the passes of a pipeline depend on.
struct StageKey: Hashable {
  let pieces: RecomputedPieceKey
  let layout: LayoutKey
  /// ZeRO-2 and 3 add traffic over the data-parallel ranks to every pass; nothing else does.
  let sharding: OptimizerSharding
  let data: Int
  let hidesSharding: Bool

  init(_ plan: ParallelPlan, pieces: RecomputedPieceKey, layout: LayoutKey) {
    self.pieces = pieces
    self.layout = layout
    let adds = plan.sharding == .gradients || plan.sharding == .weights
    sharding = adds ? plan.sharding : .none
    data = adds ? plan.data : 0
    hidesSharding = adds && plan.overlap.contains(.sharded)
  }
}

/// What the time of the passes, end to end, depends on.
struct PassKey: Hashable {
  let stages: StageKey
  let data: Int
  let hidesSends: Bool

  init(_ plan: ParallelPlan, stages: StageKey) {
    self.stages = stages
    data = plan.data
    hidesSends = plan.overlap.contains(.pipeline)
  }
}

/// What the update of the weights, once a step, depends on.
struct UpdateKey: Hashable {
  let tensor, context, expert, expertTensor, data: Int
  let layout: LayoutKey
  let sharding: OptimizerSharding

  init(_ plan: ParallelPlan, layout: LayoutKey) {
    tensor = plan.tensor
    context = plan.context
    expert = plan.expert
    expertTensor = plan.expertTensor
    data = plan.data
    self.layout = layout
    sharding = plan.sharding
  }
}
