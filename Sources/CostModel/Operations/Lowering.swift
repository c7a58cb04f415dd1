public import Hardware
public import Parallelism
public import Units
public import Workload

/// Turns a model under a plan into the operations of one micro-batch on one rank.
///
/// Shapes are those of Megatron-Core: column-parallel then row-parallel products, with sequence
/// parallelism gathering tokens before and scattering them after; experts exchange tokens over the
/// expert group and split their width over the expert-tensor group. Activations are 2 bytes an
/// element.
public struct Lowering: Sendable {
  public let model: ModelArchitecture
  public let plan: ParallelPlan
  let recipe: TrainingRecipe
  let habits: SoftwareStack.KernelHabits
  /// Bytes of an activation element.
  let element: Double

  public init(
    model: ModelArchitecture, plan: ParallelPlan, recipe: TrainingRecipe,
    habits: SoftwareStack.KernelHabits
  ) {
    self.model = model
    self.plan = plan
    self.recipe = recipe
    self.habits = habits
    element = recipe.precision.activationElement.value
  }

  /// Tokens of one micro-batch that matrix products see on a rank: batch · sequence / context.
  var tokens: Double {
    Double(plan.microBatch) * Double(recipe.sequenceLength) / Double(plan.context)
  }

  /// Tokens that stay on a rank between the products: also split over tensor ranks where the
  /// sequence is.
  var residentTokens: Double {
    plan.sequenceParallel ? tokens / Double(plan.tensor) : tokens
  }

  var tensor: Double { Double(plan.tensor) }
  var hidden: Double { Double(model.hidden) }

  /// The size of the hidden state of a number of tokens.
  func hiddenBytes(_ tokens: Double) -> Bytes { Bytes(element * tokens * hidden) }

  /// What a rank sends to the next stage for one micro-batch.
  public var boundary: Bytes { hiddenBytes(residentTokens) }

  func builder() -> BlockBuilder {
    BlockBuilder(matrixPrecision: recipe.precision.matrixPrecision)
  }

  /// One layer with a feed-forward network.
  public func denseLayer() -> Block {
    var builder = builder()
    attention(&builder)
    feedForward(&builder)
    return builder.block
  }

  /// One layer with experts, of which a rank gets `load` times its fair share of tokens.
  public func expertLayer(load: Double) -> Block {
    var builder = builder()
    attention(&builder)
    experts(&builder, load: load)
    return builder.block
  }

  /// A norm over the hidden state: reads and writes it; its backward pass also reads the gradient, and
  /// the one that it adds to. It saves its result, which the products after it need.
  ///
  /// - Parameter isLast: Whether no other gradient meets its own.
  func norm(_ builder: inout BlockBuilder, _ name: Operation.Name, isLast: Bool = false) {
    let bytes = hiddenBytes(residentTokens)
    let adds = habits.fusion.addedGradients && !isLast
    builder.memory(
      name, 2 * bytes, backward: (adds ? 4 : 3) * bytes, parts: [.activations],
      saved: Bytes(operandElement * residentTokens * hidden), weights: hidden)
  }

  /// The sum with the residual stream: reads two, writes one, and keeps it for the norm after it.
  func residual(_ builder: inout BlockBuilder) {
    let bytes = hiddenBytes(residentTokens)
    builder.memory(.residual, 3 * bytes, backward: 2 * bytes, pinned: bytes)
  }

  /// Bytes of an element that is saved as an operand of a matrix product.
  var operandElement: Double { min(element, recipe.precision.matrixPrecision.elementSize.value) }

  /// Bytes of an element that an activation function reads, and keeps for its backward pass.
  var activationInputElement: Double {
    habits.keepsActivationInputsInFP8 ? operandElement : element
  }

  /// The tokens of all tensor ranks, before a column-parallel product.
  ///
  /// With sequence parallelism the forward pass gathers, and the backward pass gathers the input
  /// once more for the weight gradient and scatters the input's gradient. Without it the input is
  /// already whole, and the backward pass sums its gradient.
  func gatherSequence(_ builder: inout BlockBuilder) {
    guard plan.tensor > 1 else { return }
    if plan.sequenceParallel {
      builder.collective(
        .sequenceGather, .allGather, .tensor, payload: hiddenBytes(tokens),
        backward: [.allGather, .reduceScatter])
    } else {
      builder.add(
        Operation(.sequenceGather, .memory(.zero)),
        backward: [
          Operation(
            .sequenceGather, .collective(.allReduce, .tensor, payload: hiddenBytes(tokens)),
            pass: .inputGradient)
        ])
    }
  }

  /// The sum over tensor ranks, after a row-parallel product.
  func scatterSequence(_ builder: inout BlockBuilder) {
    guard plan.tensor > 1 else { return }
    if plan.sequenceParallel {
      builder.collective(
        .sequenceScatter, .reduceScatter, .tensor, payload: hiddenBytes(tokens),
        backward: [.allGather])
    } else {
      builder.collective(
        .sequenceScatter, .allReduce, .tensor, payload: hiddenBytes(tokens), backward: [])
    }
  }
}

extension TrainingPrecision {
  /// The format of the layers' matrix products.
  public var matrixPrecision: Precision {
    switch self {
    case .fp32: .fp32
    case .tf32: .tf32
    case .fp16: .fp16
    case .bf16: .bf16
    case .fp8, .fp8Block: .fp8
    case .fp4Block: .fp4
    }
  }

  /// The format of what stays in 16 bits under FP8 and FP4: attention scores, router, output projection.
  public var sixteenBit: Precision {
    switch self {
    case .fp8, .fp8Block, .fp4Block: .bf16
    case .fp32, .tf32, .fp16, .bf16: matrixPrecision
    }
  }

  /// Whether products of 8 or 4 bits carry a scale for each block.
  public var blockScaled: Bool { self == .fp8Block || self == .fp4Block }

  var activationElement: Bytes { sixteenBit.elementSize }
}
