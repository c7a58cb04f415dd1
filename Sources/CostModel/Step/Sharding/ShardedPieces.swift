public import Parallelism
import Synchronization
import Units
public import Workload

/// The costs of pieces with what ZeRO-2 and 3 add to them, whatever the layout of stages.
///
/// A class, because a search hands it to every plan that shares it. What it says never changes.
public final class ShardedPieces: Sendable {
  let pieces: PieceCosts
  /// Whether passes gather or scatter anything.
  let isSharded: Bool
  /// Whether the schedule cuts backward passes in two.
  let cutsBackward: Bool
  /// Blocks whose weights are gathered ahead of the one that runs.
  private let depth: Int
  /// By kind of piece.
  private let calls: [ShardedCalls<Seconds>]
  private let wholeWeights: [Bytes]
  private let wholeGradients: [Bytes]
  /// Chunks that were asked for: the layouts of a search share most of theirs.
  private let known = Mutex<[StageLayout.Share: ChunkCost]>([:])
  /// Where the schedule runs passes of two chunks together, how long they take.
  private let pairs: ChunkPairs?

  public init(
    _ pieces: PieceCosts, model: ModelArchitecture, plan: ParallelPlan, recipe: TrainingRecipe,
    costs: FleetCosts
  ) throws {
    self.pieces = pieces
    pairs =
      plan.schedule.pairsPasses
      ? ChunkPairs(
        try PieceScripts(model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces))
      : nil
    cutsBackward = plan.schedule.cutsBackward
    depth = plan.prefetch
    let sharded = ShardedTraffic(plan: plan, recipe: recipe, costs: costs)
    isSharded = sharded.scatters
    let blocks = sharded.scatters ? PieceKind.allCases.map { pieces[$0] } : []
    calls = try blocks.map { try $0.map(sharded.times) ?? ShardedCalls() }
    wholeWeights = blocks.map { $0.map(sharded.wholeWeights) ?? .zero }
    wholeGradients = blocks.map { $0.map(sharded.wholeGradients) ?? .zero }
  }

  /// What a chunk costs. The lines of its passes are followed once.
  func chunk(_ share: StageLayout.Share) -> ChunkCost {
    guard isSharded else { return ChunkCost(share, self) }
    return known.withLock { known in
      if let cost = known[share] { return cost }
      let cost = ChunkCost(share, self)
      known[share] = cost
      return cost
    }
  }

  /// By chunk of a plan in which every stage holds a chunk of either way: its forward pass together with the
  /// backward pass of the other.
  func together(_ chunks: [StageLayout.Share]) -> [Seconds] { pairs?.times(chunks) ?? [] }

  /// By kind of piece, without what sharding adds.
  var sums: [PieceSums] { pieces.sums }

  /// How long a pass through pieces takes, with what it waits for.
  ///
  /// ```
  /// gathered(i) = max(gathered before it, end(i − depth − 1)) + gather(i)
  /// end(i)      = max(end(i − 1), gathered(i)) + work(i)
  /// ```
  /// and scatters in between on the same stream (`ShardedPass`).
  ///
  /// - Parameter kinds: In the order of the forward pass.
  func time(_ kinds: [PieceKind], _ direction: PipelinePass.Direction) -> Seconds {
    direction == .forward
      ? time(inOrder: kinds, direction) : time(inOrder: kinds.reversed(), direction)
  }

  private func time(
    inOrder kinds: some RandomAccessCollection<PieceKind>, _ direction: PipelinePass.Direction
  ) -> Seconds {
    let (sums, calls) = (sums, calls)
    let blocks = kinds.lazy.map { kind in
      ShardedBlock(
        sums[kind.rawValue].work(direction, isHead: kind.isHead), calls[kind.rawValue],
        in: direction, isSplit: !kind.isHead)
    }
    // Of each block a gather and a scatter at most.
    return withUnsafeTemporaryAllocation(of: Seconds.self, capacity: 2 * kinds.count) { ends in
      var started = 0
      var now = Seconds.zero
      var free = Seconds.zero
      ShardedPass.forEachLine(blocks, depth: depth) { line in
        switch line {
        case .run(let time): now += time
        case .start(let time):
          free = max(free, now) + time
          ends.initializeElement(at: started, to: free)
          started += 1
        case .wait(let count): now = max(now, ends[count - 1])
        }
      }
      return now
    }
  }

  /// The most that a backward pass needs beside what is kept for it: of the piece that runs what is
  /// computed again and the gradients; the weights of it and of those that are gathered ahead.
  ///
  /// - Parameter kinds: In the order of the forward pass.
  func transient(_ kinds: [PieceKind]) -> Bytes {
    let weights = kinds.map { wholeWeights[$0.rawValue] }
    return kinds.indices.reduce(.zero) { most, index in
      let kind = kinds[index].rawValue
      let whole = weights[max(0, index - depth)...index].reduce(.zero, +)
      return max(most, sums[kind].transient + wholeGradients[kind] + whole)
    }
  }
}
