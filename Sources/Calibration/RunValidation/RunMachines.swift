public import Hardware
import Units

/// The profiles that published runs may mean, and how one is chosen for a run.
public struct RunMachines: Sendable {
  public var devices: [Device]
  public var fabrics: [Fabric]
  public var kernels: [KernelProfile]
  public var stacks: [SoftwareStack]
  /// The framework that stands in for one that no stack covers, where no profile says otherwise.
  public var defaultFramework: String

  public init(
    devices: [Device], fabrics: [Fabric], kernels: [KernelProfile], stacks: [SoftwareStack],
    defaultFramework: String = "megatron-core"
  ) {
    self.devices = devices.sorted { $0.id < $1.id }
    self.fabrics = fabrics.sorted { $0.id < $1.id }
    self.kernels = kernels.sorted { $0.id < $1.id }
    self.stacks = stacks.sorted { $0.id < $1.id }
    self.defaultFramework = defaultFramework
  }

  /// The fleet that a run's words mean, and what had to be assumed.
  ///
  /// A network rate that the row prints replaces the fabric's own.
  public func fleet(for run: RunHardware) throws(RunSkip) -> (fleet: Fleet, assumed: [String]) {
    var assumed: [String] = []
    let device = try device(for: run, &assumed)
    let fabric = try fabric(for: run, device: device.id)
    guard let kernels = kernels.first(where: { $0.devices.contains(device.id) }) else {
      throw .other("no kernel profile lists '\(device.id)'")
    }
    let stack = try stack(for: run, on: device, &assumed)
    let fleet = Fleet(
      id: "published-run", name: run.deviceText, device: device, fabric: fabric, kernels: kernels,
      stack: stack, price: nil, size: run.count)
    return (fleet, assumed)
  }

  private func fabric(for run: RunHardware, device: String) throws(RunSkip) -> Fabric {
    let fitting = fabrics.filter { $0.devices.contains(device) }
    let wanted = fitting.filter { ($0.scaleUp.kind == .host) == run.interconnect.isHostOnly }
    guard var fabric = wanted.first ?? fitting.first else {
      throw .other("no fabric lists '\(device)'")
    }
    if let rate = run.interconnect.scaleOut {
      let own = fabric.scaleOut
      fabric.scaleOut = ScaleOut(
        kind: own?.kind ?? .fatTree, bandwidth: Sourced(rate, .specified, source: run.source),
        latency: own?.latency
          ?? Sourced(5 * .microsecond, .estimated, source: "a switched network of the usual kind"),
        oversubscription: own?.oversubscription
          ?? Sourced(1, .estimated, source: "a printed rate is taken to be reached"),
        spineOversubscription: own?.spineOversubscription)
    }
    return fabric
  }
}
