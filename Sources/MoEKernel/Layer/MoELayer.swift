public import CostModel
public import Workload

/// The part of a decoder block with experts, on real numbers on this machine: forward and backward.
///
/// ```
/// output = input + Σ over chosen experts weight · expert(norm(input)) + shared(norm(input))
/// ```
/// It runs, in order, the operations that the cost model's lowering lists for one rank in FP32.
/// Everything is allocated at the start and nothing during a step, and results do not depend on the
/// number of workers, to the last bit.
public final class MoELayer {
  public let hidden: Int
  public let tokens: Int
  public let experts: ExpertLayer
  public let rule: RoutingRule

  public let weights: MoEWeights
  /// The backward pass adds to these; who starts an optimizer step clears them.
  public let gradients: MoEWeights
  /// Added to an expert's score for the choice alone: 1 × experts. See `balanceBias(rate:)`.
  public let selectionBias: Tensor

  /// What the layer reads: the caller fills its value, and leaves it alone until the backward pass
  /// is over. The backward pass writes its gradient.
  public let before: ResidualStream
  /// What the layer writes: the caller fills its gradient before the backward pass.
  public let after: ResidualStream

  /// The balance loss of the last forward pass, with its coefficient. See `RoutingRule`.
  public internal(set) var balanceLoss = 0.0
  /// The z-loss of the last forward pass, with its coefficient.
  public internal(set) var zLoss = 0.0

  let norm: RMSNorm
  let buffers: LayerBuffers
  let table: RoutingTable
  let losses: RoutingLosses
  /// What each worker chooses experts in, and where it gathers a token's score gradients.
  let choosers: [ExpertChooser]
  let scoreGradients: Tensor
  private let lowering: Lowering
  private let runner: PartRunner<MoELayer>

  /// Prepares a layer of a model for a number of tokens, with weights of zero.
  ///
  /// - Parameters:
  ///   - streams: What the layer reads and writes; streams of its own where they are not given.
  ///   - normEpsilon: Added to the mean square under the norm's root.
  ///   - team: The workers; layers that do not run at the same time may share one.
  /// - Throws: Why the layer cannot run here.
  public init(
    model: ModelArchitecture, tokens: Int, rule: RoutingRule, team: WorkerTeam,
    between streams: (ResidualStream, ResidualStream)? = nil, normEpsilon: Float = 1e-6
  ) throws(ModelFault) {
    let experts = try Self.checked(model, tokens: tokens, rule: rule)
    hidden = model.hidden
    self.tokens = tokens
    self.experts = experts
    self.rule = rule
    weights = MoEWeights(hidden: hidden, experts: experts)
    gradients = MoEWeights(hidden: hidden, experts: experts)
    selectionBias = Tensor(rows: 1, columns: experts.count)
    before = streams?.0 ?? ResidualStream(tokens: tokens, hidden: hidden)
    after = streams?.1 ?? ResidualStream(tokens: tokens, hidden: hidden)
    norm = RMSNorm(
      before, gain: weights.normGain, gainGradient: gradients.normGain, epsilon: normEpsilon,
      adds: true)
    let capacity = rule.capacity(tokens: tokens, experts: experts)
    table = RoutingTable(tokens: tokens, layer: experts, capacity: capacity)
    buffers = LayerBuffers(
      hidden: hidden, experts: experts, tokens: tokens,
      rows: min(tokens * experts.topK, capacity * experts.count))
    losses = RoutingLosses(experts: experts.count, blocks: table.blocks.count)
    choosers = (0..<team.count).map { _ in ExpertChooser(experts, rule: rule) }
    scoreGradients = Tensor(rows: team.count, columns: experts.count)
    lowering = .oneRank(model, batch: 1, sequenceLength: tokens)
    let block = lowering.expertPart(rows: [Double(tokens)])
    runner = PartRunner(KernelProgram(block, kernel: LayerKernel.init), team: team)
  }

  /// Computes the value of `after` from that of `before`, and keeps what the backward pass needs.
  public func forward() { runner.forward(self) }

  /// Computes the gradient of `before` from that of `after` and adds to `gradients`.
  ///
  /// The gradients are those of the caller's loss plus `balanceLoss` plus `zLoss`. A forward pass
  /// must have run before it, since it overwrites what that pass kept.
  public func backward() { runner.backward(self) }

  /// What the lowering says of the last passes, for the rows that each expert really had.
  public var block: Block { lowering.expertPart(rows: expertRows.map(Double.init)) }

  /// The operations of the last forward pass, in order.
  public var executedForward: [ExecutedOperation] { runner.executed(block).forward }

  /// The operations of the last backward pass, in order.
  public var executedBackward: [ExecutedOperation] { runner.executed(block).backward }

  private static func checked(
    _ model: ModelArchitecture, tokens: Int, rule: RoutingRule
  ) throws(ModelFault) -> ExpertLayer {
    guard let experts = model.experts else { throw .noExperts }
    guard experts.gated else { throw .plainExperts }
    guard !experts.sharedGate else { throw .sharedGate }
    guard tokens > 0, model.hidden > 0, experts.count > 0, experts.topK > 0, experts.width > 0,
      experts.sharedWidth >= 0
    else { throw .emptyShape }
    try rule.check(experts)
    return experts
  }
}

extension MoELayer {
  /// The value of `before`: tokens × hidden.
  public var input: Tensor { before.value }
  /// The value of `after`.
  public var output: Tensor { after.value }
  /// The gradient of `after`.
  public var outputGradient: Tensor { after.gradient }
  /// The gradient of `before`.
  public var inputGradient: Tensor { before.gradient }
}
