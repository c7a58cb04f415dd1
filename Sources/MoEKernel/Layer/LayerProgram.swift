import CostModel

/// The kernels of a layer with experts, named as the lowering names the operations that they run.
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

extension MoELayer: ModelPart {
  func execute(_ kernel: LayerKernel, _ pass: MatrixPass, _ worker: Worker) {
    let isForward = pass == .forward
    switch kernel {
    case .norm: isForward ? norm.forward(worker) : norm.backward(worker)
    case .routerProduct: routerProduct(pass, worker)
    case .route: isForward ? route(worker) : routeBackward(worker)
    case .permute: isForward ? permute(worker) : permuteBackward(worker)
    case .gateUp: expertGateUp(pass, worker)
    case .activation: isForward ? expertActivation(worker) : expertActivationBackward(worker)
    case .down: expertDown(pass, worker)
    case .unpermute: isForward ? unpermute(worker) : unpermuteBackward(worker)
    case .sharedGateUp: sharedGateUp(pass, worker)
    case .sharedActivation: isForward ? sharedActivation(worker) : sharedActivationBackward(worker)
    case .sharedDown: sharedDown(pass, worker)
    case .residual:
      isForward ? after.add(before, worker) : after.passGradient(to: before, worker)
    }
  }
}
