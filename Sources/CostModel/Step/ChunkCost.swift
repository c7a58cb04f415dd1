import Parallelism
public import Units

/// What one chunk of the model, or all chunks of a stage, cost for one micro-batch, and hold.
public struct ChunkCost: Sendable {
  private(set) var forwardTime = Seconds.zero
  private(set) var backwardTime = Seconds.zero
  /// A backward pass cut in two: the part that makes gradients of inputs, and the part that can be put
  /// off. With gathers and scatters beside them only where a schedule cuts.
  private(set) var inputGradientTime = Seconds.zero
  private(set) var weightGradientTime = Seconds.zero
  /// What a forward and a whole backward pass wait for gathers and scatters of shared weights.
  private(set) var exposedSharding = Seconds.zero
  /// Kept for each micro-batch in flight.
  public private(set) var saved = Bytes.zero
  /// Kept for one micro-batch only, unless all forward passes come first: a head runs its backward
  /// pass right after its forward pass.
  public private(set) var savedOnce = Bytes.zero
  public private(set) var transient = Bytes.zero
  private(set) var sharedWeights = 0.0
  private(set) var expertWeights = 0.0

  init(_ share: StageLayout.Share, _ pieces: ShardedPieces) {
    let sums = pieces.sums
    for kind in PieceKind.allCases {
      let count = share.count(kind)
      if count > 0 { add(sums[kind.rawValue], times: Double(count), isHead: kind.isHead) }
    }
    inputGradientTime = backwardTime - weightGradientTime
    if pieces.isSharded { shard(share.pieces, pieces) }
  }

  /// Puts gathers and scatters of shared weights beside the work of each pass.
  private mutating func shard(_ kinds: [PieceKind], _ pieces: ShardedPieces) {
    let work = forwardTime + backwardTime
    forwardTime = pieces.time(kinds, .forward)
    backwardTime = pieces.time(kinds, .backward)
    if pieces.cutsBackward {
      inputGradientTime = pieces.time(kinds, .inputGradient)
      weightGradientTime = pieces.time(kinds, .weightGradient)
    }
    exposedSharding = forwardTime + backwardTime - work
    transient = pieces.transient(kinds)
  }

  /// What a backward pass takes longer when it is cut in two, because less work hides each part's
  /// gathers and scatters.
  var cutExcess: Seconds {
    exposedSharding > .zero ? inputGradientTime + weightGradientTime - backwardTime : .zero
  }

  private mutating func add(_ piece: PieceSums, times count: Double, isHead: Bool) {
    forwardTime += piece.forward * count
    backwardTime += piece.backward * count
    if isHead {
      savedOnce += piece.saved * count
    } else {
      weightGradientTime += piece.weightGradient * count
      saved += piece.saved * count
    }
    transient = max(transient, piece.transient)
    sharedWeights += piece.sharedWeights * count
    expertWeights += piece.expertWeights * count
  }

  var kept: KeptActivations { KeptActivations(lasting: saved, brief: savedOnce) }

  /// Two chunks of one stage.
  static func += (a: inout Self, b: Self) {
    a.forwardTime += b.forwardTime
    a.backwardTime += b.backwardTime
    a.inputGradientTime += b.inputGradientTime
    a.weightGradientTime += b.weightGradientTime
    a.exposedSharding += b.exposedSharding
    a.saved += b.saved
    a.savedOnce += b.savedOnce
    a.transient = max(a.transient, b.transient)
    a.sharedWeights += b.sharedWeights
    a.expertWeights += b.expertWeights
  }
}

/// The cost of a piece in sums, all that the time and the memory of a step need.
struct PieceSums: Sendable {
  var forward = Seconds.zero
  var backward = Seconds.zero
  var weightGradient = Seconds.zero
  var saved = Bytes.zero
  var transient = Bytes.zero
  var sharedWeights = 0.0
  var expertWeights = 0.0

  init() {}

  init(_ block: BlockCost) {
    forward = block.forward.total
    backward = block.backward.total
    weightGradient = block.weightGradient.total
    saved = block.saved
    transient = block.transient
    sharedWeights = block.sharedWeights
    expertWeights = block.expertWeights
  }

  /// The work of a pass. A head puts no gradients off.
  func work(_ direction: PipelinePass.Direction, isHead: Bool) -> Seconds {
    switch direction {
    case .forward: forward
    case .backward: backward
    case .inputGradient: isHead ? backward : backward - weightGradient
    case .weightGradient: isHead ? .zero : weightGradient
    }
  }
}
