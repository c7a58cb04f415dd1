import Parallelism
import Synchronization
import Units

/// How long the forward pass of one chunk and the backward pass of another take together.
///
/// A class, because every layout of a search that has the same pieces shares it. What it says never changes.
final class ChunkPairs: Sendable {
  /// By kind of piece; nil where the model has none.
  private let forward: [ShardedBlock<[HeldSegment]>?]
  private let backward: [ShardedBlock<[HeldSegment]>?]
  /// Blocks whose shared weights are gathered ahead of the one that runs.
  private let depth: Int
  /// Pairs that were asked for: the layouts of a search share most of theirs.
  private let known = Mutex<[[StageLayout.Share]: Seconds]>([:])

  init(_ scripts: PieceScripts) {
    forward = PieceKind.allCases.map { scripts[$0]?.held(in: .forward) }
    backward = PieceKind.allCases.map { scripts[$0]?.held(in: .backward) }
    depth = scripts.prefetch
  }

  /// By chunk, its forward pass together with the backward pass of the chunk that runs the other way on its
  /// stage.
  func times(_ chunks: [StageLayout.Share]) -> [Seconds] {
    known.withLock { known in
      chunks.indices.map { chunk in
        let pair = [chunks[chunk], chunks[chunks.count - 1 - chunk]]
        if let time = known[pair] { return time }
        let time = PairedPasses.time(
          forward: pair[0].pieces.compactMap { forward[$0.rawValue] },
          backward: pair[1].pieces.reversed().compactMap { backward[$0.rawValue] }, depth: depth)
        known[pair] = time
        return time
      }
    }
  }
}

/// What a pass needs to know of a segment.
struct HeldSegment {
  let stream: ScriptStep.Stream
  /// How long the pass waits for it.
  let held: Seconds
  /// How long it goes on behind what follows.
  let hidden: Seconds

  init(_ segment: ScriptSegment) {
    stream = segment.stream
    held = segment.held
    hidden = segment.hidden
  }
}

extension BlockScript {
  /// The block as a pass in a direction runs it, with its gathers and scatters.
  fileprivate func held(
    in direction: PipelinePass.Direction
  ) -> ShardedBlock<[HeldSegment]> {
    let slim = { (segments: [ScriptSegment]) in segments.map(HeldSegment.init) }
    return ShardedBlock(
      slim(segments(direction)), sharded.map(slim), in: direction, isSplit: isSplit)
  }
}
