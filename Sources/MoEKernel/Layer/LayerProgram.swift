import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// The kernels of the layer, named as the lowering names the operations that they run.
enum LayerKernel {
  case norm, routerProduct, route, permute, gateUp, activation, down, unpermute
  case sharedGateUp, sharedActivation, sharedDown, residual

  /// The kernel of an operation; nil for one that no kernel here runs.
  init?(_ operation: Operation) {
    switch (operation.name, operation.work) {
    case (.feedForwardNorm, .memory): self = .norm
    case (.router, .matrix): self = .routerProduct
    case (.router, .memory): self = .route
    case (.permute, .memory): self = .permute
    case (.gateUp, .groupedMatrix): self = .gateUp
    case (.activation, .memory): self = .activation
    case (.down, .groupedMatrix): self = .down
    case (.unpermute, .memory): self = .unpermute
    case (.sharedGateUp, .matrix): self = .sharedGateUp
    case (.sharedActivation, .memory): self = .sharedActivation
    case (.sharedDown, .matrix): self = .sharedDown
    case (.residual, .memory): self = .residual
    default: return nil
    }
  }
}

/// The lowering's list of operations for a layer on one rank, as the kernels that run it.
///
/// There is no list here beside the lowering's: an operation that is added to it must get a kernel,
/// or the layer refuses to start.
struct LayerProgram {
  struct Step {
    var kernel: LayerKernel
    var pass: MatrixPass
  }

  let forward: [Step]
  let backward: [Step]
  private let lowering: Lowering

  init(model: ModelArchitecture, tokens: Int) {
    let recipe = TrainingRecipe(
      tokens: Tokens(Double(tokens)), sequenceLength: tokens, globalBatch: 1, precision: .fp32)
    lowering = Lowering(
      model: model, plan: ParallelPlan(), recipe: recipe, habits: Self.plainHabits)
    let block = lowering.expertPart(rows: [Double(tokens)])
    forward = block.forward.map(Self.step)
    backward = block.backward.map(Self.step)
  }

  /// The operations that the lowering gives for the rows that each expert really had.
  func operations(rows: [Int]) -> Block { lowering.expertPart(rows: rows.map(Double.init)) }

  private static func step(_ operation: Operation) -> Step {
    guard let kernel = LayerKernel(operation) else {
      preconditionFailure("no kernel runs the operation \(operation.name.rawValue)")
    }
    return Step(kernel: kernel, pass: operation.pass)
  }

  /// How a framework uses kernels decides nothing in a layer's own list on one rank.
  private static let plainHabits = SoftwareStack.KernelHabits(
    matrixSlowdown: plain, attentionSlowdown: plain, elementwiseTraffic: plain,
    fusedAttention: true, deduplicatedDispatch: false, groupedExperts: true)
  private static let plain = Sourced(1.0, .derived, source: "the kernel itself")
}
