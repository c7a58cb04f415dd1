public import Parallelism
public import Units
public import Workload

/// What the chunks and stages of a pipeline cost for one micro-batch, and hold.
///
/// All plans share it that agree in pieces and layout and, where ZeRO-2 or 3 adds traffic to every
/// pass, in their data-parallel ranks. Like chunks and like stages are priced once.
///
/// A class, because a search hands it to every such plan: one reference is passed on. It never changes.
public final class StageCosts: Sendable {
  public let layout: StageLayout
  /// By kind of chunk.
  let chunkKinds: [ChunkCost]
  /// By kind of stage, all its chunks.
  let stageKinds: [ChunkCost]
  /// The hidden state that one stage sends to the next.
  let boundary: Bytes
  private let pieces: ShardedPieces
  /// By chunk, what it keeps for a micro-batch; until the gradients of inputs, the second.
  private let kept: [Bytes]
  private let keptOnce: [Bytes]
  /// By chunk, its forward pass together with the backward pass of the other chunk of its stage; empty
  /// where passes run one by one.
  private let together: [Seconds]

  public init(
    layout: StageLayout, pieces: ShardedPieces, model: ModelArchitecture, plan: ParallelPlan,
    recipe: TrainingRecipe, costs: FleetCosts
  ) throws {
    self.layout = layout
    self.pieces = pieces
    boundary = pieces.pieces.boundary
    let chunkKinds = layout.kinds.values.map { ChunkCost($0, pieces) }
    self.chunkKinds = chunkKinds
    stageKinds = layout.stageKinds.values.map { chunks in
      var stage = chunkKinds[chunks[0]]
      for chunk in chunks.dropFirst() { stage += chunkKinds[chunk] }
      return stage
    }
    kept = layout.kinds.indices.map { chunkKinds[$0].saved }
    keptOnce = layout.kinds.indices.map { chunkKinds[$0].savedOnce }
    together =
      plan.schedule.pairsPasses
      ? try PieceScripts(
        model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces.pieces
      ).together(layout.chunks) : []
  }

  func stage(_ index: Int) -> ChunkCost { stageKinds[layout.stageKinds.indices[index]] }

  /// The work of a stage for one micro-batch, forward and backward, by part.
  func work(stage index: Int) -> StepBreakdown {
    var forward = StepBreakdown()
    var backward = StepBreakdown()
    for chunk in layout.stageKinds.values[layout.stageKinds.indices[index]] {
      for kind in PieceKind.allCases {
        let count = Double(layout.kinds.values[chunk].count(kind))
        guard count > 0, let piece = pieces.pieces[kind] else { continue }
        forward += piece.forward * count
        backward += piece.backward * count
      }
      backward[.dataCommunication] += chunkKinds[chunk].exposedSharding
    }
    return forward + backward
  }

  /// What a stage waits longer for gathers and scatters in a step because backward passes are cut in two.
  func cutExcess(stage: Int, plan: ParallelPlan, microBatches: Int) -> Seconds {
    guard plan.schedule.cutsBackward, pieces.isSharded else { return .zero }
    return plan.cutPasses(stage: stage, microBatches: microBatches).reduce(.zero) { sum, cut in
      sum + Double(cut.count) * chunkKinds[layout.kinds.indices[cut.chunk]].cutExcess
    }
  }

  /// What a stage keeps at most for its backward passes.
  func mostKept(stage: Int, plan: ParallelPlan, microBatches: Int) -> Bytes {
    plan.mostKept(stage: stage, kept: kept, keptOnce: keptOnce, microBatches: microBatches)
  }

  /// By kind of stage, the same of the stage that keeps most.
  public func mostKept(_ plan: ParallelPlan, microBatches: Int) -> [Bytes] {
    var most = Array(repeating: Bytes.zero, count: stageKinds.count)
    for (stage, kind) in layout.stageKinds.indices.enumerated() {
      most[kind] = max(most[kind], mostKept(stage: stage, plan: plan, microBatches: microBatches))
    }
    return most
  }

  /// By kind of stage, the last of the stages' ends.
  public func latest(_ ends: [Seconds]) -> [Seconds] {
    var latest = Array(repeating: Seconds.zero, count: stageKinds.count)
    for (stage, kind) in layout.stageKinds.indices.enumerated() {
      latest[kind] = max(latest[kind], ends[stage])
    }
    return latest
  }

  /// What the passes hold their stages for, exposed sends with them. The first chunk has nobody to
  /// send a backward result to, the last one nobody to send a forward result to.
  public func passTimes(_ send: SendCost, schedule: ScheduleKind) -> PassTimes {
    let kinds = layout.kinds.indices
    var times = PassTimes(
      forward: kinds.map { chunkKinds[$0].forwardTime },
      backward: kinds.map { chunkKinds[$0].backwardTime }, together: together, flight: send.flight)
    if schedule.cutsBackward {
      times.inputGradient = kinds.map { chunkKinds[$0].inputGradientTime }
      times.weightGradient = kinds.map { chunkKinds[$0].weightGradientTime }
    }
    for chunk in kinds.indices.dropLast() {
      times.forward[chunk] += send.exposed
      times.backward[chunk + 1] += send.exposed
      if schedule.cutsBackward { times.inputGradient[chunk + 1] += send.exposed }
    }
    return times
  }
}
