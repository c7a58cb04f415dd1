import CostModel
import Parallelism

/// The passes of a program as numbers: what each runs, what it needs and whom it serves.
///
/// Passes of all stages are counted one stage after the other, in the order of their slots.
struct PassCode {
  /// All segments of all blocks.
  private(set) var segments: [ScriptSegment] = []
  /// By segment, how long its pass waits for it, and what runs on behind.
  private(set) var durations: [SimDuration] = []
  private(set) var hidden: [SimDuration] = []
  private var packed: [PackedPass] = []
  /// By stage, the first pass of each slot, and one behind the last.
  private(set) var slots: [[Int32]] = []
  /// By pass, how many inputs it waits for.
  private(set) var inputs: [UInt8] = []
  /// By pass, those that need its result, of which there are no more than two; -1 is none.
  private(set) var needing: [SIMD2<Int32>] = []
  /// By stage, the slot with which the last micro-batch's backward pass begins.
  private(set) var lastBackward: [Int] = []
  /// By stage, the slot in which the last of its chunks runs forward for the first time.
  private(set) var firstForward: [Int] = []

  /// What passes do: by expert rank and pass, a stretch of `lines`.
  private(set) var lines: [Line] = []
  private var stretches: [Range<Int32>] = []
  /// Whether passes gather or scatter shared weights.
  let isSharded: Bool

  /// A line of a pass, as `ShardedPass` has it.
  struct Line: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
      case run, start, wait
    }

    var kind: Kind
    /// A place in `segments`; for `wait` a count.
    var item: Int32
  }

  init(_ program: StepProgram) {
    isSharded = program.blocks.contains(where: \.isSharded)
    for stage in 0..<program.stages { write(program.orders.order(stage: stage)) }
    connect(chunks: program.chunks.count)
    writeLines(program)
    durations = segments.map { SimDuration($0.held) }
    hidden = segments.map { SimDuration($0.hidden) }
  }

  /// Passes of all stages.
  var count: Int { packed.count }

  /// The same by stage.
  var passes: [Int] { slots.map { Int($0[$0.count - 1] - $0[0]) } }

  subscript(pass: Int) -> PipelinePass { packed[pass].pass }

  /// One stage's passes, slot by slot.
  private mutating func write(_ order: [PassSlot]) {
    lastBackward.append(Self.lastBackward(order))
    firstForward.append(Self.firstForward(order))
    var firsts: [Int32] = []
    firsts.reserveCapacity(order.count + 1)
    for slot in order {
      firsts.append(Int32(packed.count))
      packed.append(PackedPass(slot.first))
      if let second = slot.second { packed.append(PackedPass(second)) }
    }
    firsts.append(Int32(packed.count))
    slots.append(firsts)
  }

  /// Finds who makes what each pass needs.
  private mutating func connect(chunks: Int) {
    let microBatches = 1 + (packed.map(\.pass.microBatch).max() ?? 0)
    func place(_ result: PassResult) -> Int {
      2 * (result.microBatch * chunks + result.chunk) + (result.isGradient ? 1 : 0)
    }
    var makers = Array(repeating: Int32(-1), count: 2 * microBatches * chunks)
    for index in packed.indices {
      if let result = self[index].result { makers[place(result)] = Int32(index) }
    }
    inputs = Array(repeating: 0, count: count)
    needing = Array(repeating: [-1, -1], count: count)
    for index in packed.indices {
      guard let input = self[index].input(chunks: chunks) else { continue }
      let maker = makers[place(input)]
      guard maker >= 0 else { continue }
      inputs[index] = 1
      needing[Int(maker)][needing[Int(maker)].x < 0 ? 0 : 1] = Int32(index)
    }
  }

  func stretch(pass: Int, expertRank: Int) -> Range<Int32> {
    stretches[expertRank * count + pass]
  }

  private static func lastBackward(_ order: [PassSlot]) -> Int {
    /// By chunk.
    var last: [Int: Int] = [:]
    func isBackward(_ pass: PipelinePass) -> Bool { pass.direction != .forward }
    for slot in order {
      for pass in slot.passes where isBackward(pass) {
        last[pass.chunk] = max(last[pass.chunk] ?? 0, pass.microBatch)
      }
    }
    return order.firstIndex { slot in
      slot.passes.contains { isBackward($0) && last[$0.chunk] == $0.microBatch }
    } ?? 0
  }

  private static func firstForward(_ order: [PassSlot]) -> Int {
    var met: Set<Int> = []
    var last = 0
    for (index, slot) in order.enumerated() {
      for pass in slot.passes where pass.direction == .forward && met.insert(pass.chunk).inserted {
        last = index
      }
    }
    return last
  }

  private mutating func writeLines(_ program: StepProgram) {
    let blocks = program.blocks.map { place($0) }
    // Passes of one chunk and direction run the same, unless loads are drawn.
    var known: [Int: Range<Int32>] = [:]
    let directions = PipelinePass.Direction.allCases.count
    for expertRank in 0..<program.expertRanks {
      for pass in packed.lazy.map(\.pass) {
        let references = program.chunks[pass.chunk].blocks
        let key = directions * pass.chunk + Int(pass.direction.rawValue)
        if let stretch = known[key] {
          stretches.append(stretch)
          continue
        }
        let inOrder = pass.direction == .forward ? references : references.reversed()
        let run = inOrder.map { reference in
          blocks[
            program.block(reference, microBatch: pass.microBatch, expertRank: expertRank)
          ].inPass(pass.direction)
        }
        stretches.append(write(run, depth: program.prefetch))
        if references.allSatisfy(\.isFixed) { known[key] = stretches.last }
      }
    }
  }

  /// A block whose segments are known by their places.
  private struct PlacedBlock {
    var directions: [Range<Int32>]
    var calls: ShardedCalls<Range<Int32>>
    var isSplit: Bool

    func inPass(_ direction: PipelinePass.Direction) -> ShardedBlock<Range<Int32>> {
      ShardedBlock(
        directions[Int(direction.rawValue)], calls, in: direction, isSplit: isSplit)
    }
  }

  private mutating func place(_ block: BlockScript) -> PlacedBlock {
    PlacedBlock(
      directions: PipelinePass.Direction.allCases.map { place(block.segments($0)) },
      calls: block.sharded.map { place($0) }, isSplit: block.isSplit)
  }

  private mutating func place(_ more: [ScriptSegment]) -> Range<Int32> {
    let first = Int32(segments.count)
    segments += more
    return first..<Int32(segments.count)
  }

  private mutating func write(
    _ blocks: [ShardedBlock<Range<Int32>>], depth: Int
  ) -> Range<Int32> {
    let first = Int32(lines.count)
    ShardedPass.forEachLine(blocks, depth: depth) { line in
      switch line {
      case .run(let places): for place in places { lines.append(Line(kind: .run, item: place)) }
      case .start(let places): for place in places { lines.append(Line(kind: .start, item: place)) }
      case .wait(let count): lines.append(Line(kind: .wait, item: Int32(count)))
      }
    }
    return first..<Int32(lines.count)
  }
}
