import Parallelism
public import Units

/// What one chunk of the model, or all chunks of a stage, cost for one micro-batch, and hold.
public struct ChunkCost: Sendable {
  private(set) var forwardTime = Seconds.zero
  private(set) var backwardTime = Seconds.zero
  /// The part of the backward pass that can be put off.
  private(set) var weightGradientTime = Seconds.zero
  /// Kept for each micro-batch in flight.
  public private(set) var saved = Bytes.zero
  /// Kept for one micro-batch only, unless all forward passes come first: a head runs its backward
  /// pass right after its forward pass.
  public private(set) var savedOnce = Bytes.zero
  public private(set) var transient = Bytes.zero
  private(set) var sharedWeights = 0.0
  private(set) var expertWeights = 0.0

  /// - Parameter sums: By kind of piece.
  init(_ share: StageLayout.Share, sums: [PieceSums]) {
    for kind in PieceKind.allCases {
      let count = share.count(kind)
      if count > 0 { add(sums[kind.rawValue], times: Double(count), isHead: kind.isHead) }
    }
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
    a.weightGradientTime += b.weightGradientTime
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
}
