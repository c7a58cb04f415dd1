public import Parallelism
public import Units

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
  /// By chunk, its forward pass together with the backward pass of the other chunk of its stage; empty
  /// where passes run one by one.
  private let together: [Seconds]

  public init(layout: StageLayout, pieces: ShardedPieces, plan: ParallelPlan) {
    self.layout = layout
    self.pieces = pieces
    boundary = pieces.pieces.boundary
    let chunkKinds = layout.kinds.values.map(pieces.chunk)
    self.chunkKinds = chunkKinds
    stageKinds =
      layout.hasOneChunkAStage
      ? chunkKinds
      : layout.stageKinds.values.map { chunks in
        var stage = chunkKinds[chunks[0]]
        for chunk in chunks.dropFirst() { stage += chunkKinds[chunk] }
        return stage
      }
    together = plan.schedule.pairsPasses ? pieces.together(layout.chunks) : []
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
    plan.mostKept(
      stage: stage, own: layout.stageKinds.values[layout.stageKinds.indices[stage]],
      microBatches: microBatches, kept: { chunkKinds[$0].kept })
  }

  /// By kind of stage, the same of the stage that keeps most.
  public func mostKept(_ plan: ParallelPlan, microBatches: Int) -> [Bytes] {
    if plan.schedule.drainsInTurn {
      return layout.stageKinds.firsts.map {
        mostKept(stage: $0, plan: plan, microBatches: microBatches)
      }
    }
    return layout.stageKinds.most(
      of: layout.stageKinds.indices.indices.map {
        mostKept(stage: $0, plan: plan, microBatches: microBatches)
      })
  }

  /// By kind of stage, the last end of its stages.
  ///
  /// - Parameter limit: A pipeline that takes longer is of no interest: its ends may be too early.
  public func latestEnds(
    _ send: SendCost, plan: ParallelPlan, microBatches: Int, within limit: Seconds
  ) -> [Seconds] {
    if plan.hasClosedForm(flight: send.flight) {
      return plan.ends(
        ofStages: layout.stageKinds.firsts, runs(send), flight: send.flight,
        microBatches: microBatches)
    }
    let passes = passTimes(send, schedule: plan.schedule)
    if plan.schedule.drainsInTurn {
      return plan.ends(
        ofStages: layout.stageKinds.firsts, passes, microBatches: microBatches, within: limit)
    }
    return layout.stageKinds.most(
      of: plan.stageEnds(passes, microBatches: microBatches, within: limit))
  }

  /// The stages of a pipeline with one chunk on each. The first and the last are unlike all others: they
  /// hold the ends of the model.
  private func runs(_ send: SendCost) -> [StageRun] {
    let last = layout.chunks.count - 1
    return layout.kinds.runs.map { run in
      let chunk = chunkKinds[run.value]
      return StageRun(
        stages: run.places,
        forward: chunk.forwardTime + (run.places.upperBound < last ? send.exposed : .zero),
        backward: chunk.backwardTime + (run.places.lowerBound > 0 ? send.exposed : .zero))
    }
  }

  /// What the passes hold their stages for, exposed sends with them. The first chunk has nobody to
  /// send a backward result to, the last one nobody to send a forward result to.
  public func passTimes(_ send: SendCost, schedule: ScheduleKind) -> PassTimes {
    let kinds = layout.kinds.indices
    let (first, last) = (chunkKinds[kinds[0]], chunkKinds[kinds[kinds.count - 1]])
    var times = PassTimes(
      forward: kinds.map { chunkKinds[$0].forwardTime + send.exposed },
      backward: kinds.map { chunkKinds[$0].backwardTime + send.exposed },
      together: together, flight: send.flight)
    times.forward[kinds.count - 1] = last.forwardTime
    times.backward[0] = first.backwardTime
    if schedule.cutsBackward {
      times.inputGradient = kinds.map { chunkKinds[$0].inputGradientTime + send.exposed }
      times.inputGradient[0] = first.inputGradientTime
      times.weightGradient = kinds.map { chunkKinds[$0].weightGradientTime }
    }
    return times
  }
}
