public import Hardware
import Parallelism
public import Units

/// A fleet with the models that price its kernels and its communication.
///
/// A class, because a search hands it to every plan: one reference is passed on where a value would
/// copy the references of every profile. It never changes.
public final class FleetCosts: Sendable {
  public let fleet: Fleet
  public let kernels: KernelModel
  public let communication: CommunicationModel
  /// The host's time once a step.
  public let hostPerStep: Seconds
  private let reserved: Bytes
  private let fragmentation: Double
  /// Told apart from the stack, because a search asks for it with every plan.
  private let hidden: SIMD8<Double>

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    kernels = KernelModel(device: fleet.device, profile: fleet.kernels)
    communication = CommunicationModel(
      fabric: fleet.fabric, kernels: kernels, curves: fleet.kernels,
      flatRings: fleet.stack.kernels.flatRings)
    hostPerStep = fleet.stack.host.perStep.value
    reserved = fleet.stack.memory.reserved.value
    fragmentation = fleet.stack.memory.fragmentation.value
    hidden = fleet.stack.hiddenParts
  }

  public var stack: SoftwareStack { fleet.stack }

  /// What a rank reserves beside what the framework allocates.
  public func reserved(beside allocated: Bytes) -> Bytes {
    reserved + allocated * fragmentation
  }

  /// A stage's memory from its parts.
  func memory(states: StageMemory, activations: Bytes, transient: Bytes) -> StageMemory {
    var memory = states
    memory.activations = activations
    memory.transient = transient
    memory.reserved = reserved(beside: memory.allocated)
    return memory
  }

  /// The part of a communication that work hides: what the stack can, where the plan has it on.
  ///
  /// Where passes run together, the other micro-batch's work hides an exchange, and no fraction of the
  /// stack's; sends go to units of their own, and no pass waits for one.
  func overlap(_ kind: Overlaps, in plan: ParallelPlan) -> Double {
    if plan.schedule.pairsPasses, kind == .expert || kind == .pipeline {
      return kind == .expert ? 0 : 1
    }
    precondition(kind.rawValue.nonzeroBitCount == 1, "one kind of communication at a time")
    return plan.overlap.contains(kind) ? hidden[kind.rawValue.trailingZeroBitCount] : 0
  }
}

extension SoftwareStack {
  /// The part that the stack hides of each kind of communication, by the bit of `Overlaps`.
  fileprivate var hiddenParts: SIMD8<Double> {
    var parts = SIMD8<Double>.zero
    for (kind, part) in [
      (Overlaps.tensor, overlap.tensor), (.context, overlap.context), (.expert, overlap.expert),
      (.pipeline, overlap.pipeline), (.gradients, overlap.gradientReduction),
      (.parameters, overlap.parameterGather), (.sharded, overlap.fullySharded),
    ] {
      parts[kind.rawValue.trailingZeroBitCount] = part.value
    }
    return parts
  }
}
