import Hardware
import Units
import Workload

/// The host's time for what an expert layer adds to any layer: routing tables, launches, casts.
struct HostExperts: Sendable {
  /// For one pass; zero without experts.
  private let perPass: Seconds
  /// Whether grouped products wait for the router's counts.
  private let waits: Bool

  /// Experts of a fixed capacity have equal shapes: they are launched and cast together.
  init(_ experts: ExpertLayer?, ranks: Int, recipe: TrainingRecipe, stack: SoftwareStack) {
    var isFixed = false
    if case .capacity = recipe.routing { isFixed = true }
    waits = !isFixed
    guard let experts else {
      perPass = .zero
      return
    }
    let local = Double(experts.count) / Double(ranks)
    let alone = isFixed ? 0 : Self.shareAlone(recipe.precision, stack.kernels)
    perPass =
      stack.host.perExpertLayer.value + stack.host.perLocalExpert.value * (alone * local)
  }

  /// What shows of the host's time h beside the device's time d for the same layer:
  /// ```
  /// √(h² + d²) − d     where grouped products wait for the router's counts
  /// h − d, or nothing  where experts have a fixed capacity
  /// ```
  /// Waiting drains the queue of launches once a layer, so that the host runs ahead for a part of the
  /// layer only. Experts of a fixed capacity wait for nothing.
  func exposed(passes: Double, beside layer: BlockCost) -> Seconds {
    let host = perPass * passes
    let device = layer.forward.total + layer.backward.total
    guard waits else { return max(.zero, host - device) }
    let both = (host.value * host.value + device.value * device.value).squareRoot()
    return Seconds(both) - device
  }

  /// How much of an expert's own launches is made one expert after another.
  ///
  /// A scale for a tensor takes three launches for each operand: its maximum, the cast and the
  /// transposition. With a scale for each block one kernel finds the scales, casts and transposes: a
  /// third of the launches (NVIDIA/TransformerEngine, pull request 1513).
  private static func shareAlone(
    _ precision: TrainingPrecision, _ habits: SoftwareStack.KernelHabits
  ) -> Double {
    switch precision {
    case .fp8: 1
    case .fp8Block, .fp4Block:
      if !habits.groupedExperts { 1 } else { habits.groupedCasts ? 0 : 1.0 / 3 }
    case .fp32, .tf32, .fp16, .bf16: habits.groupedExperts ? 0 : 1
    }
  }
}
