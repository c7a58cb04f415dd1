import CostModel
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

  /// Tokens × hidden. The caller fills it and leaves it alone until the backward pass is over.
  public let input: Tensor
  /// Tokens × hidden, written by the forward pass.
  public let output: Tensor
  /// Tokens × hidden, filled by the caller before the backward pass.
  public let outputGradient: Tensor
  /// Tokens × hidden, written by the backward pass.
  public let inputGradient: Tensor

  /// The balance loss of the last forward pass, with its coefficient. See `RoutingRule`.
  public internal(set) var balanceLoss = 0.0
  /// The z-loss of the last forward pass, with its coefficient.
  public internal(set) var zLoss = 0.0

  let buffers: LayerBuffers
  let table: RoutingTable
  let losses: RoutingLosses
  /// What each worker chooses experts in, and where it gathers a token's score gradients.
  let choosers: [ExpertChooser]
  let scoreGradients: Tensor
  let normEpsilon: Float
  private let program: LayerProgram
  private let team: WorkerTeam
  private let forwardJournal: StepJournal
  private let backwardJournal: StepJournal
  private var runsBackward = false
  private var awaitsBackward = false

  /// Prepares a layer of a model for a number of tokens, with weights of zero.
  ///
  /// - Parameters:
  ///   - normEpsilon: Added to the mean square under the norm's root.
  ///   - team: The workers; layers that do not run at the same time may share one.
  /// - Throws: Why the layer cannot run here.
  public init(
    model: ModelArchitecture, tokens: Int, rule: RoutingRule, team: WorkerTeam,
    normEpsilon: Float = 1e-6
  ) throws(MoELayerFault) {
    let experts = try Self.checked(model, tokens: tokens, rule: rule)
    hidden = model.hidden
    self.tokens = tokens
    self.experts = experts
    self.rule = rule
    self.team = team
    self.normEpsilon = normEpsilon
    weights = MoEWeights(hidden: hidden, experts: experts)
    gradients = MoEWeights(hidden: hidden, experts: experts)
    selectionBias = Tensor(rows: 1, columns: experts.count)
    input = Tensor(rows: tokens, columns: hidden)
    output = Tensor(rows: tokens, columns: hidden)
    outputGradient = Tensor(rows: tokens, columns: hidden)
    inputGradient = Tensor(rows: tokens, columns: hidden)
    let capacity = rule.capacity(tokens: tokens, experts: experts)
    table = RoutingTable(tokens: tokens, layer: experts, capacity: capacity)
    buffers = LayerBuffers(
      hidden: hidden, experts: experts, tokens: tokens,
      rows: min(tokens * experts.topK, capacity * experts.count), blocks: table.blocks.count)
    losses = RoutingLosses(experts: experts.count, blocks: table.blocks.count)
    choosers = (0..<team.count).map { _ in ExpertChooser(experts, rule: rule) }
    scoreGradients = Tensor(rows: team.count, columns: experts.count)
    program = LayerProgram(model: model, tokens: tokens)
    forwardJournal = StepJournal(steps: program.forward.count, workers: team.count)
    backwardJournal = StepJournal(steps: program.backward.count, workers: team.count)
  }

  /// Computes `output` from `input`, and keeps what the backward pass needs.
  public func forward() {
    runsBackward = false
    forwardJournal.clear()
    team.run(self)
    awaitsBackward = true
  }

  /// Computes `inputGradient` from `outputGradient` and adds to `gradients`.
  ///
  /// The gradients are those of the caller's loss plus `balanceLoss` plus `zLoss`. A forward pass
  /// must have run before it, since it overwrites what that pass kept.
  public func backward() {
    precondition(awaitsBackward, "a backward pass needs a forward pass of its own before it")
    runsBackward = true
    backwardJournal.clear()
    team.run(self)
    awaitsBackward = false
  }

  /// The operations of the last forward pass, in order.
  public var executedForward: [ExecutedOperation] {
    forwardJournal.executed(program.operations(rows: expertRows).forward)
  }

  /// The operations of the last backward pass, in order.
  public var executedBackward: [ExecutedOperation] {
    backwardJournal.executed(program.operations(rows: expertRows).backward)
  }

  private static func checked(
    _ model: ModelArchitecture, tokens: Int, rule: RoutingRule
  ) throws(MoELayerFault) -> ExpertLayer {
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

extension MoELayer: TeamProgram {
  func run(_ worker: Worker) {
    let steps = runsBackward ? program.backward : program.forward
    let journal = runsBackward ? backwardJournal : forwardJournal
    journal.begin(worker)
    for index in steps.indices {
      var worker = worker
      worker.tally = journal.tally(step: index, worker: worker.index)
      execute(steps[index], worker)
      journal.end(step: index, worker)
    }
  }

  private func execute(_ step: LayerProgram.Step, _ worker: Worker) {
    let isForward = step.pass == .forward
    switch step.kernel {
    case .norm: isForward ? norm(worker) : normBackward(worker)
    case .routerProduct: routerProduct(step.pass, worker)
    case .route: isForward ? route(worker) : routeBackward(worker)
    case .permute: isForward ? permute(worker) : permuteBackward(worker)
    case .gateUp: expertGateUp(step.pass, worker)
    case .activation: isForward ? expertActivation(worker) : expertActivationBackward(worker)
    case .down: expertDown(step.pass, worker)
    case .unpermute: isForward ? unpermute(worker) : unpermuteBackward(worker)
    case .sharedGateUp: sharedGateUp(step.pass, worker)
    case .sharedActivation: isForward ? sharedActivation(worker) : sharedActivationBackward(worker)
    case .sharedDown: sharedDown(step.pass, worker)
    case .residual: isForward ? residual(worker) : residualBackward(worker)
    }
  }
}
