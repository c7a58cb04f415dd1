public import Hardware

/// A fleet with the models that price its kernels and its communication.
///
/// A class, because a search hands it to every plan: one reference is passed on where a value would
/// copy the references of every profile. It never changes.
public final class FleetCosts: Sendable {
  public let fleet: Fleet
  public let kernels: KernelModel
  public let communication: CommunicationModel

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    kernels = KernelModel(device: fleet.device, profile: fleet.kernels)
    communication = CommunicationModel(
      fabric: fleet.fabric, kernels: kernels, curves: fleet.kernels,
      flatRings: fleet.stack.kernels.flatRings)
  }

  public var stack: SoftwareStack { fleet.stack }
}
