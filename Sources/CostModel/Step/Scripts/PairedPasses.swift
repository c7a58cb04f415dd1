import Units

/// A forward and a backward pass that run together on one rank.
struct PairedPasses {
  private typealias Line = ShardedPass.Line<HeldSegment>

  /// One of the two passes.
  private struct Pass {
    let lines: [Line]
    var next = 0
    /// When it can run its next line.
    var ready = Seconds.zero
    /// When the gathers and scatters that it started have ended.
    var ends: [Seconds] = []

    init(_ blocks: [ShardedBlock<[HeldSegment]>], depth: Int) {
      var lines: [Line] = []
      ShardedPass.forEachLine(blocks, depth: depth) { line in
        switch line {
        case .run(let segments): lines += segments.map(Line.run)
        case .start(let segments): lines += segments.map(Line.start)
        case .wait(let count): lines.append(.wait(count))
        }
      }
      self.lines = lines
    }
  }

  private var passes: [Pass]
  /// By stream, when nobody holds it; and the same of the stream of gathers and scatters.
  private var free = [Seconds](repeating: .zero, count: ScriptStep.Stream.allCases.count)
  private var freeToShard = Seconds.zero

  /// How long they take until both are done.
  ///
  /// Each pass runs its lines in order. A segment starts when the one before it has ended and its
  /// stream is free; who asks for a stream first has it first, and at the same moment the forward pass.
  /// So one pass computes while the other communicates.
  ///
  /// - Parameter depth: Blocks whose shared weights are gathered ahead of the one that runs.
  static func time(
    forward: [ShardedBlock<[HeldSegment]>], backward: [ShardedBlock<[HeldSegment]>], depth: Int
  ) -> Seconds {
    var pair = PairedPasses(
      passes: [Pass(forward, depth: depth), Pass(backward, depth: depth)])
    while let pass = pair.first { pair.run(pass) }
    return max(pair.passes[0].ready, pair.passes[1].ready)
  }

  private init(passes: [Pass]) { self.passes = passes }

  /// The pass that goes on first.
  private var first: Int? {
    passes.indices.filter { passes[$0].next < passes[$0].lines.count }
      .min { passes[$0].ready < passes[$1].ready }
  }

  private mutating func run(_ pass: Int) {
    switch passes[pass].lines[passes[pass].next] {
    case .run(let segment):
      let stream = segment.stream.rawValue
      passes[pass].ready = max(passes[pass].ready, free[stream]) + segment.held
      free[stream] = passes[pass].ready
    case .start(let segment):
      freeToShard = max(freeToShard, passes[pass].ready) + segment.hidden
      passes[pass].ends.append(freeToShard)
    case .wait(let count):
      passes[pass].ready = max(passes[pass].ready, passes[pass].ends[count - 1])
    }
    passes[pass].next += 1
  }
}
