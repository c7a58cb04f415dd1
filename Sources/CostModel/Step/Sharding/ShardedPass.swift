public import Parallelism

/// A collective over shared weights: what the pass waits for in any case, and what work can hide.
public struct ShardedCall<Item: Sendable>: Sendable {
  public var exposed: Item?
  public var hidden: Item?

  public init(exposed: Item? = nil, hidden: Item? = nil) {
    self.exposed = exposed
    self.hidden = hidden
  }

  fileprivate func map<Other>(_ transform: (Item) -> Other) -> ShardedCall<Other> {
    ShardedCall<Other>(exposed: exposed.map(transform), hidden: hidden.map(transform))
  }
}

/// What ZeRO-2 and 3 add to the passes of a block: a gather of its weights before each pass that
/// multiplies by them, with ZeRO-3, and a scatter of its gradients behind the pass that makes them.
public struct ShardedCalls<Item: Sendable>: Sendable {
  public var gather = ShardedCall<Item>()
  public var scatter = ShardedCall<Item>()

  public init() {}

  /// The same calls with other items.
  public func map<Other>(_ transform: (Item) -> Other) -> ShardedCalls<Other> {
    var calls = ShardedCalls<Other>()
    calls.gather = gather.map(transform)
    calls.scatter = scatter.map(transform)
    return calls
  }
}

/// A block in one pass.
public struct ShardedBlock<Item: Sendable>: Sendable {
  let gather: ShardedCall<Item>
  let work: Item
  let scatter: ShardedCall<Item>

  /// - Parameter isSplit: Whether the block's gradients of weights can be put off.
  public init(
    _ work: Item, _ calls: ShardedCalls<Item>, in direction: PipelinePass.Direction, isSplit: Bool
  ) {
    self.work = work
    gather = direction == .weightGradient ? ShardedCall() : calls.gather
    let makesGradients =
      switch direction {
      case .forward: false
      case .backward: true
      case .inputGradient: !isSplit
      case .weightGradient: isSplit
      }
    scatter = makesGradients ? calls.scatter : ShardedCall()
  }
}

/// A pass through blocks whose weights are shared out over ranks, line by line.
///
/// Gathers and scatters have a stream of their own, first come first served. The gather of a block starts
/// when the block `depth + 1` places before it is done, so that the weights of `depth + 1` blocks are whole
/// at most; the first ones start with the pass. A scatter starts when its block is done, and the pass ends
/// when its last scatter has. With a depth of 0 every gather is waited for.
///
/// So do PyTorch's FSDP and DeepSpeed's ZeRO-3: gathers go ahead within a forward or a backward pass, and
/// the end of a backward pass waits for its scatters.
public enum ShardedPass {
  public enum Line<Item: Sendable>: Sendable {
    /// The pass runs this, or waits while it is communicated.
    case run(Item)
    /// The stream of gathers and scatters is to run this.
    case start(Item)
    /// The pass goes on when so many of those that it started have ended.
    case wait(Int)
  }

  /// Calls `body` with each line of a pass.
  ///
  /// - Parameters:
  ///   - blocks: In the order of the pass.
  ///   - depth: Blocks whose weights are gathered ahead of the one that runs.
  @inline(__always)
  public static func forEachLine<Item>(
    _ blocks: some RandomAccessCollection<ShardedBlock<Item>>, depth: Int,
    _ body: (Line<Item>) -> Void
  ) {
    var started = 0
    var left = blocks[...]
    var fetched = 0
    /// By block, how many calls have been started with its gather.
    var order: [Int] = []
    order.reserveCapacity(blocks.count)
    for (index, block) in blocks.enumerated() {
      while fetched <= index + depth, let next = left.popFirst() {
        if let gather = next.gather.hidden {
          body(.start(gather))
          started += 1
        }
        order.append(started)
        fetched += 1
      }
      if block.gather.hidden != nil { body(.wait(order[index])) }
      if let gather = block.gather.exposed { body(.run(gather)) }
      body(.run(block.work))
      if let scatter = block.scatter.exposed { body(.run(scatter)) }
      if let scatter = block.scatter.hidden {
        body(.start(scatter))
        started += 1
      }
    }
    if started > 0 { body(.wait(started)) }
  }
}
