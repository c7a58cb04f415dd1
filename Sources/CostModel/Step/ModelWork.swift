public import Hardware
public import Parallelism
public import Units
public import Workload

/// The work of one optimizer step, counted over the operations of a single rank that holds it all.
///
/// `model` counts every forward product three times (forward, input gradient, weight gradient) and
/// attention over its causal pairs only, so that MFU compares runs whatever their kernels do.
public struct ModelWork: Sendable {
  /// Work that the model needs.
  public var model: FLOPs
  /// The same with what recomputation repeats.
  public var hardware: FLOPs
  /// All weights of the model, in bytes.
  public var weights: Bytes

  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, recompute: Recompute,
    habits: SoftwareStack.KernelHabits
  ) {
    var even = recipe
    even.routing = .balanced
    var fused = habits
    fused.fusedAttention = true
    let lowering = Lowering(model: model, plan: ParallelPlan(), recipe: even, habits: fused)
    let denseLayers = model.layers - model.expertLayers
    var forward = FLOPs.zero
    var repeated = FLOPs.zero
    var elements = 0.0
    func count(_ block: Block, times: Int, isLayer: Bool) {
      guard times > 0 else { return }
      for operation in block.forward {
        elements += operation.weights * Double(times)
        let work = operation.work.flops * Double(times)
        forward += work
        if isLayer && recompute.repeats(operation) { repeated += work }
      }
    }
    if denseLayers > 0 { count(lowering.denseLayer(), times: denseLayers, isLayer: true) }
    if model.expertLayers > 0 {
      count(lowering.expertLayer(load: 1), times: model.expertLayers, isLayer: true)
    }
    count(lowering.head(), times: 1, isLayer: false)
    if model.multiTokenLayers > 0 {
      count(lowering.multiTokenLayer(load: 1), times: model.multiTokenLayers, isLayer: true)
      count(lowering.multiTokenHead(), times: model.multiTokenLayers, isLayer: false)
    }
    count(lowering.embedding(), times: 1, isLayer: false)
    weights = recipe.precision.sixteenBit.elementSize * elements
    let sequences = Double(recipe.globalBatch)
    self.model = 3 * sequences * forward
    hardware = self.model + sequences * repeated
  }
}
