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
  let passes: [PipelinePass]
  /// By stage, the first pass of each slot, and one behind the last.
  let slots: [[Int32]]
  /// By pass, how many inputs it waits for.
  let inputs: [UInt8]
  /// By pass, those that need its result.
  let needing: [[Int32]]
  /// By stage, the slot with which the last micro-batch's backward pass begins.
  let lastBackward: [Int]

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
    var passes: [PipelinePass] = []
    slots = program.orders.map { order in
      order.map { slot in
        defer { passes += slot.passes }
        return Int32(passes.count)
      } + [Int32(passes.count)]
    }
    self.passes = passes
    var makers: [PassResult: Int32] = [:]
    for (index, pass) in passes.enumerated() {
      if let result = pass.result { makers[result] = Int32(index) }
    }
    var inputs = Array(repeating: UInt8(0), count: passes.count)
    var needing: [[Int32]] = Array(repeating: [], count: passes.count)
    for (index, pass) in passes.enumerated() {
      guard let input = pass.input(chunks: program.chunks.count), let maker = makers[input] else {
        continue
      }
      inputs[index] = 1
      needing[Int(maker)].append(Int32(index))
    }
    self.inputs = inputs
    self.needing = needing
    lastBackward = Self.lastBackward(program)
    isSharded = program.blocks.contains(where: \.isSharded)
    writeLines(program)
    durations = segments.map { SimDuration($0.held) }
    hidden = segments.map { SimDuration($0.hidden) }
  }

  func stretch(pass: Int, expertRank: Int) -> Range<Int32> {
    stretches[expertRank * passes.count + pass]
  }

  private static func lastBackward(_ program: StepProgram) -> [Int] {
    program.orders.map { order in
      let last = Set(
        order.indices.reduce(into: [Int: Int]()) { last, slot in
          for pass in order[slot].passes where pass.direction != .forward {
            last[pass.chunk] = max(last[pass.chunk] ?? 0, pass.microBatch)
          }
        }.map { PipelinePass(.forward, microBatch: $0.value, chunk: $0.key) })
      return order.firstIndex { slot in
        slot.passes.contains { pass in
          pass.direction != .forward
            && last.contains(
              PipelinePass(.forward, microBatch: pass.microBatch, chunk: pass.chunk))
        }
      } ?? 0
    }
  }

  private mutating func writeLines(_ program: StepProgram) {
    let blocks = program.blocks.map { place($0) }
    // Passes of one chunk and direction run the same, unless loads are drawn.
    var known: [Int: Range<Int32>] = [:]
    let directions = PipelinePass.Direction.allCases.count
    for expertRank in 0..<program.expertRanks {
      for pass in passes {
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
    var calls = ShardedCalls<Range<Int32>>()
    calls.gather = place(block.sharded.gather)
    calls.scatter = place(block.sharded.scatter)
    return PlacedBlock(
      directions: PipelinePass.Direction.allCases.map { place(block.segments($0)) }, calls: calls,
      isSplit: block.isSplit)
  }

  private mutating func place(
    _ call: ShardedCall<[ScriptSegment]>
  ) -> ShardedCall<Range<Int32>> {
    ShardedCall(exposed: call.exposed.map { place($0) }, hidden: call.hidden.map { place($0) })
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

/// The groups of rank classes that communicate, counted through.
struct GroupTable {
  private let memberLists: [[Int]]
  /// By stream and rank class.
  private let groupOf: [[Int32]]

  var count: Int { memberLists.count }

  init(_ classes: RankClasses) {
    var lists: [[Int]] = []
    groupOf = ScriptStep.Stream.allCases.map { stream in
      var groupOf = Array(repeating: Int32(-1), count: classes.count)
      for stage in 0..<classes.stages {
        for lanes in classes.groups(stream) {
          let members = lanes.map { classes.index(lane: $0, stage: stage) }
          for member in members { groupOf[member] = Int32(lists.count) }
          lists.append(members)
        }
      }
      return groupOf
    }
    memberLists = lists
  }

  func members(_ group: Int) -> [Int] { memberLists[group] }

  func group(_ stream: ScriptStep.Stream, of rank: Int) -> Int {
    Int(groupOf[stream.rawValue][rank])
  }
}
