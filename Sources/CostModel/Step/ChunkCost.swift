import Parallelism
public import Units

/// What one chunk of the model, or all chunks of a stage, cost for one micro-batch, and hold.
public struct ChunkCost: Sendable {
  public private(set) var forward = StepBreakdown()
  public private(set) var backward = StepBreakdown()
  /// The part of the backward pass that can be put off. The head's is not: its logits would be kept.
  public private(set) var weightGradient = StepBreakdown()
  /// The sums of both, which every plan that holds the chunk asks for.
  private(set) var forwardTime = Seconds.zero
  private(set) var backwardTime = Seconds.zero
  /// Kept for each micro-batch in flight.
  public private(set) var saved = Bytes.zero
  /// Kept for one micro-batch only, unless all forward passes come first: a head runs its backward
  /// pass right after its forward pass.
  public private(set) var savedOnce = Bytes.zero
  public private(set) var transient = Bytes.zero
  private(set) var sharedWeights = 0.0
  private(set) var expertWeights = 0.0

  init(_ share: StageLayout.Share, pieces: PieceCosts, sharded: ShardedTraffic) throws {
    if let dense = pieces.dense { try add(dense, times: share.denseLayers, sharded: sharded) }
    if let expert = pieces.expert { try add(expert, times: share.expertLayers, sharded: sharded) }
    if share.hasEmbedding { try add(pieces.embedding, times: 1, sharded: sharded) }
    if share.hasHead { try addHead(pieces.head, sharded: sharded) }
    if let module = pieces.multiToken {
      try add(module.layer, times: share.multiTokenLayers, sharded: sharded)
      for _ in 0..<share.multiTokenLayers { try addHead(module.head, sharded: sharded) }
    }
    sumUp()
  }

  private mutating func add(
    _ block: BlockCost, times: Int, sharded: ShardedTraffic
  ) throws {
    guard times > 0 else { return }
    let count = Double(times)
    forward += block.forward * count
    backward += block.backward * count
    weightGradient += block.weightGradient * count
    backward[.dataCommunication] += try sharded.exposed(block) * count
    saved += block.saved * count
    transient = max(transient, block.transient + sharded.whole(block))
    sharedWeights += block.sharedWeights * count
    expertWeights += block.expertWeights * count
  }

  private mutating func addHead(_ head: BlockCost, sharded: ShardedTraffic) throws {
    let (before, putOff) = (saved, weightGradient)
    try add(head, times: 1, sharded: sharded)
    savedOnce += saved - before
    saved = before
    weightGradient = putOff
  }

  private mutating func sumUp() {
    forwardTime = forward.total
    backwardTime = backward.total
  }

  /// Two chunks of one stage.
  static func += (a: inout Self, b: Self) {
    a.forward += b.forward
    a.backward += b.backward
    a.weightGradient += b.weightGradient
    a.saved += b.saved
    a.savedOnce += b.savedOnce
    a.transient = max(a.transient, b.transient)
    a.sharedWeights += b.sharedWeights
    a.expertWeights += b.expertWeights
    a.sumUp()
  }
}
