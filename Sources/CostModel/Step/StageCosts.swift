public import Parallelism
import Units
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
  /// By chunk, what it keeps for a micro-batch; until the gradients of inputs, the second.
  let kept: [Bytes]
  let keptOnce: [Bytes]
  /// By chunk, its forward pass together with the backward pass of the other chunk of its stage; empty
  /// where passes run one by one.
  private let together: [Seconds]

  public init(
    layout: StageLayout, pieces: PieceCosts, model: ModelArchitecture, plan: ParallelPlan,
    recipe: TrainingRecipe, costs: FleetCosts
  ) throws {
    self.layout = layout
    boundary = pieces.boundary
    let sharded = ShardedTraffic(plan: plan, recipe: recipe, costs: costs)
    let chunkKinds = try layout.kinds.values.map {
      try ChunkCost($0, pieces: pieces, sharded: sharded)
    }
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
      ? try PieceScripts(model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces)
        .together(layout.chunks) : []
  }

  func stage(_ index: Int) -> ChunkCost { stageKinds[layout.stageKinds.indices[index]] }

  /// What the passes hold their stages for, exposed sends with them. The first chunk has nobody to
  /// send a backward result to, the last one nobody to send a forward result to.
  public func passTimes(_ send: SendCost) -> PassTimes {
    let forward = chunkKinds.map(\.forwardTime)
    let backward = chunkKinds.map(\.backwardTime)
    let kinds = layout.kinds.indices
    var times = PassTimes(
      forward: kinds.map { forward[$0] }, backward: kinds.map { backward[$0] },
      weightGradient: kinds.map { chunkKinds[$0].weightGradient.total }, together: together,
      flight: send.flight)
    for chunk in kinds.indices.dropLast() {
      times.forward[chunk] += send.exposed
      times.backward[chunk + 1] += send.exposed
    }
    return times
  }
}
