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

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    kernels = KernelModel(device: fleet.device, profile: fleet.kernels)
    communication = CommunicationModel(
      fabric: fleet.fabric, kernels: kernels, curves: fleet.kernels,
      flatRings: fleet.stack.kernels.flatRings)
    hostPerStep = fleet.stack.host.perStep.value
    reserved = fleet.stack.memory.reserved.value
    fragmentation = fleet.stack.memory.fragmentation.value
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
    guard plan.overlap.contains(kind) else { return 0 }
    // Field by field, because a copy of them all would copy their sources too.
    switch kind {
    case .tensor: return fleet.stack.overlap.tensor.value
    case .context: return fleet.stack.overlap.context.value
    case .expert: return fleet.stack.overlap.expert.value
    case .pipeline: return fleet.stack.overlap.pipeline.value
    case .gradients: return fleet.stack.overlap.gradientReduction.value
    case .parameters: return fleet.stack.overlap.parameterGather.value
    case .sharded: return fleet.stack.overlap.fullySharded.value
    default: preconditionFailure("one kind of communication at a time")
    }
  }
}
