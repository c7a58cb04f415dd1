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
    let alone = !isFixed && Self.launchesAlone(recipe.precision, stack.kernels)
    perPass =
      stack.host.perExpertLayer.value + (alone ? stack.host.perLocalExpert.value * local : .zero)
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

  /// Whether experts are launched, or their FP8 operands scaled and cast, one after another.
  private static func launchesAlone(
    _ precision: TrainingPrecision, _ habits: SoftwareStack.KernelHabits
  ) -> Bool {
    switch precision {
    case .fp8: true
    case .fp8Block, .fp4Block: !habits.groupedCasts || !habits.groupedExperts
    case .fp32, .tf32, .fp16, .bf16: !habits.groupedExperts
    }
  }
}
