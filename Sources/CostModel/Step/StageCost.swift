import Parallelism
public import Units

/// What one stage costs for one micro-batch, and what it holds.
public struct StageCost: Sendable {
  public internal(set) var forward = StepBreakdown()
  public internal(set) var backward = StepBreakdown()
  /// Kept for each micro-batch in flight.
  public internal(set) var saved = Bytes.zero
  /// Kept for one micro-batch only: the head runs its backward pass right after its forward pass.
  public internal(set) var savedOnce = Bytes.zero
  public internal(set) var transient = Bytes.zero
  public internal(set) var sharedWeights = 0.0
  public internal(set) var expertWeights = 0.0
  public let boundary: Bytes

  /// One micro-batch, forward and backward.
  public var microBatch: StepBreakdown { forward + backward }

  init(_ stage: StageLayout.Stage, pieces: PieceCosts, sharded: ShardedTraffic) throws {
    boundary = pieces.boundary
    if let dense = pieces.dense { try add(dense, times: stage.denseLayers, sharded: sharded) }
    if let expert = pieces.expert { try add(expert, times: stage.expertLayers, sharded: sharded) }
    if stage.hasEmbedding { try add(pieces.embedding, times: 1, sharded: sharded) }
    if stage.hasHead { try addHead(pieces.head, sharded: sharded) }
    if let module = pieces.multiToken {
      try add(module, times: stage.multiTokenLayers, sharded: sharded)
    }
  }

  private mutating func add(
    _ block: BlockCost, times: Int, sharded: ShardedTraffic
  ) throws {
    guard times > 0 else { return }
    let count = Double(times)
    forward += block.forward * count
    backward += block.backward * count
    backward[.dataCommunication] += try sharded.exposed(block) * count
    saved += block.saved * count
    transient = max(transient, block.transient + sharded.gathered(block))
    sharedWeights += block.sharedWeights * count
    expertWeights += block.expertWeights * count
  }

  private mutating func addHead(_ head: BlockCost, sharded: ShardedTraffic) throws {
    let before = saved
    try add(head, times: 1, sharded: sharded)
    savedOnce = saved - before
    saved = before
  }
}
