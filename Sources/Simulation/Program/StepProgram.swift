public import CostModel
public import Parallelism
public import Units

/// What a simulated step runs: the order of the passes of each stage, what they are made of, and how
/// long things take.
public struct StepProgram: Sendable {
  public var orders: PassOrders
  /// By chunk in the model's order.
  public var chunks: [Chunk]
  /// Half of the micro-batches where they enter at both ends; nil where chunk `c` always lies on stage
  /// `c mod stages`.
  public var turningMicroBatch: Int?
  /// Time that a stage waits for a result that it sends.
  public var exposedSend: SimDuration
  /// Time that the result still travels after that.
  public var flight: SimDuration
  public var sendTraffic: LinkTraffic
  /// By stage: what it does after its last pass.
  public var tails: [Tail]
  /// By stage: what it holds all through the step, and what any of its backward passes needs beside.
  public var memory: [Memory]
  /// What blocks do; a chunk names its blocks by their places here.
  public var blocks: [BlockScript]
  /// Blocks whose shared weights are gathered ahead of the one that runs.
  public var prefetch = 0
  /// By drawn layer, micro-batch and expert rank: the block that it is. Empty where loads are even.
  public var drawn: [[Int32]]
  /// By block, what it keeps for its backward pass beyond what its chunk says; empty where loads are even.
  var keptBeyond: [Bytes] = []
  /// Ranks of an expert group that are told apart.
  public var expertRanks: Int

  /// A part of the model.
  public struct Chunk: Sendable {
    /// In the order of the forward pass.
    public var blocks: [BlockReference]
    /// Kept from the forward pass until the gradients of weights are done.
    public var kept: Bytes
    /// Kept until the gradients of inputs are done.
    public var keptOnce: Bytes
  }

  public enum BlockReference: Hashable, Sendable {
    case fixed(Int)
    /// A layer whose load is drawn for each micro-batch, by its place among these.
    case drawn(Int)

    var isFixed: Bool { if case .fixed = self { true } else { false } }
  }

  public struct Memory: Hashable, Sendable {
    public var states = Bytes.zero
    public var transient = Bytes.zero
  }

  /// What a stage does once a step.
  public struct Tail: Sendable {
    /// Sum of gradients; starts when the stage has finished its passes.
    public var reduction: SimDuration
    /// The part of it that runs behind the last micro-batch's backward pass.
    public var hiddenReduction: SimDuration
    /// Optimizer, then return of updated weights; start when all stages have their gradients.
    public var optimizer: SimDuration
    public var gather: SimDuration
    /// The part of the return that runs behind the first forward pass.
    public var hiddenGather: SimDuration
    public var reductionTraffic = LinkTraffic.none
    public var gatherTraffic = LinkTraffic.none

    public init(
      reduction: SimDuration = .zero, hiddenReduction: SimDuration = .zero,
      optimizer: SimDuration = .zero, gather: SimDuration = .zero,
      hiddenGather: SimDuration = .zero
    ) {
      self.reduction = reduction
      self.hiddenReduction = hiddenReduction
      self.optimizer = optimizer
      self.gather = gather
      self.hiddenGather = hiddenGather
    }
  }

  /// A program whose passes are of one piece.
  ///
  /// - Parameters:
  ///   - orders: By stage.
  ///   - forward: By chunk; chunk `c` lies on stage `c mod orders.count`.
  ///   - weightGradient: The part of `backward` that makes gradients of weights.
  ///   - tails: By stage; none of them takes time unless told.
  public init(
    orders: [[PassSlot]], forward: [SimDuration], backward: [SimDuration],
    weightGradient: [SimDuration]? = nil, exposedSend: SimDuration = .zero,
    flight: SimDuration = .zero, tails: [Tail]? = nil
  ) {
    precondition(
      forward.count == backward.count && !orders.isEmpty && forward.count % orders.count == 0,
      "every stage holds the same number of chunks")
    precondition(tails.map { $0.count == orders.count } ?? true, "every stage has its own tail")
    self.init(
      orders: .written(orders),
      blocks: forward.indices.map {
        BlockScript(
          forward: forward[$0].amount, backward: backward[$0].amount,
          weightGradient: weightGradient?[$0].amount ?? .zero)
      })
    chunks = forward.indices.map {
      Chunk(blocks: [.fixed($0)], kept: Bytes(1), keptOnce: .zero)
    }
    self.exposedSend = exposedSend
    self.flight = flight
    self.tails = tails ?? orders.map { _ in Tail() }
  }

  init(orders: PassOrders, blocks: [BlockScript]) {
    self.orders = orders
    self.blocks = blocks
    chunks = []
    exposedSend = .zero
    flight = .zero
    sendTraffic = .none
    tails = []
    memory = Array(repeating: Memory(), count: orders.stages)
    drawn = []
    expertRanks = 1
  }

  var stages: Int { orders.stages }

  /// The stage that runs a pass.
  func stage(of pass: PipelinePass) -> Int { stage(chunk: pass.chunk, microBatch: pass.microBatch) }

  func stage(chunk: Int, microBatch: Int) -> Int {
    let stage = chunk % stages
    guard let turn = turningMicroBatch, microBatch >= turn else { return stage }
    return stages - 1 - stage
  }
}

/// The passes of each stage in the order in which it runs them.
public enum PassOrders: Sendable {
  /// By hand, by stage.
  case written([[PassSlot]])
  /// As a plan has it: each stage's order is made when it is asked for, and not kept.
  case planned(ParallelPlan, microBatches: Int)

  var stages: Int {
    switch self {
    case .written(let orders): orders.count
    case .planned(let plan, _): plan.pipeline
    }
  }

  func order(stage: Int) -> [PassSlot] {
    switch self {
    case .written(let orders): orders[stage]
    case .planned(let plan, let microBatches):
      plan.passOrder(stage: stage, microBatches: microBatches)
    }
  }
}

extension SimDuration {
  init(_ time: Seconds) { self.init(seconds: time.value) }

  /// The same as an amount.
  public var amount: Seconds { Seconds(seconds) }
}
