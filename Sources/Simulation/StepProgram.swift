public import CostModel
public import Parallelism
public import Units

/// What a simulated step runs: the order of the passes of each stage, and how long things take.
///
/// All ranks of a stage are alike, so one stands for them.
public struct StepProgram: Sendable {
  /// By stage.
  public var orders: [[PipelinePass]]
  /// By chunk in the model's order; chunk `c` lies on stage `c mod orders.count`.
  public var forward: [SimDuration]
  public var backward: [SimDuration]
  /// Time that a stage waits for a result that it sends.
  public var exposedSend: SimDuration
  /// Time that the result still travels after that.
  public var flight: SimDuration
  /// By stage: what it does after its last pass.
  public var tails: [Tail]

  /// What a stage does once a step.
  public struct Tail: Sendable {
    /// Sum of gradients; starts when the stage has finished its passes.
    public var reduction: SimDuration
    /// Optimizer, then return of updated weights; start when all stages have their gradients.
    public var optimizer: SimDuration
    public var gather: SimDuration

    public init(
      reduction: SimDuration = .zero, optimizer: SimDuration = .zero, gather: SimDuration = .zero
    ) {
      self.reduction = reduction
      self.optimizer = optimizer
      self.gather = gather
    }
  }

  /// - Parameter tails: By stage; none of them takes time unless told.
  public init(
    orders: [[PipelinePass]], forward: [SimDuration], backward: [SimDuration],
    exposedSend: SimDuration = .zero, flight: SimDuration = .zero, tails: [Tail]? = nil
  ) {
    precondition(
      forward.count == backward.count && !orders.isEmpty && forward.count % orders.count == 0,
      "every stage holds the same number of chunks")
    precondition(tails.map { $0.count == orders.count } ?? true, "every stage has its own tail")
    self.orders = orders
    self.forward = forward
    self.backward = backward
    self.exposedSend = exposedSend
    self.flight = flight
    self.tails = tails ?? orders.map { _ in Tail() }
  }

  /// The program of a step whose costs are known.
  public init(_ costs: StepCosts) {
    let plan = costs.plan
    self.init(
      orders: (0..<plan.pipeline).map {
        plan.passOrder(stage: $0, microBatches: costs.microBatches)
      },
      forward: costs.chunks.map { SimDuration($0.forward.total) },
      backward: costs.chunks.map { SimDuration($0.backward.total) },
      exposedSend: SimDuration(costs.send.exposed), flight: SimDuration(costs.send.flight),
      tails: costs.tails.map {
        Tail(
          reduction: SimDuration($0.reduction), optimizer: SimDuration($0.optimizer),
          gather: SimDuration($0.gather))
      })
  }

  var stages: Int { orders.count }
  var chunks: Int { forward.count }

  /// How long a pass takes.
  func duration(_ pass: PipelinePass) -> SimDuration {
    pass.direction == .forward ? forward[pass.chunk] : backward[pass.chunk]
  }

  /// The pass that needs the result of another: the next chunk of its micro-batch, forward or back.
  func successor(of pass: PipelinePass) -> PipelinePass? {
    switch pass.direction {
    case .forward:
      pass.chunk == chunks - 1
        ? PipelinePass(.backward, microBatch: pass.microBatch, chunk: pass.chunk)
        : PipelinePass(.forward, microBatch: pass.microBatch, chunk: pass.chunk + 1)
    case .backward:
      pass.chunk == 0
        ? nil : PipelinePass(.backward, microBatch: pass.microBatch, chunk: pass.chunk - 1)
    }
  }

  /// The pass whose result another needs.
  func predecessor(of pass: PipelinePass) -> PipelinePass? {
    switch pass.direction {
    case .forward:
      pass.chunk == 0
        ? nil : PipelinePass(.forward, microBatch: pass.microBatch, chunk: pass.chunk - 1)
    case .backward:
      pass.chunk == chunks - 1
        ? PipelinePass(.forward, microBatch: pass.microBatch, chunk: pass.chunk)
        : PipelinePass(.backward, microBatch: pass.microBatch, chunk: pass.chunk + 1)
    }
  }
}

extension SimDuration {
  init(_ time: Seconds) { self.init(seconds: time.value) }

  /// The same as an amount.
  public var amount: Seconds { Seconds(seconds) }
}
