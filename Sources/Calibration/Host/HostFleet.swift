public import Hardware
import Units

extension Fleet {
  /// A machine as a fleet of one device, priced by nobody: it talks to nobody, and its stack adds
  /// nothing to its kernels.
  public static func alone(_ device: Device, kernels: KernelProfile) -> Fleet {
    Fleet(
      id: device.id, name: device.name, device: device, fabric: .alone(device),
      kernels: kernels, stack: .bare, price: nil, size: 1)
  }
}

extension Fabric {
  fileprivate static func alone(_ device: Device) -> Fabric {
    let none = "one device sends nothing"
    return Fabric(
      id: "\(device.id)-alone", name: "One device alone",
      scaleUp: ScaleUp(
        kind: .host,
        bandwidth: Sourced(device.memoryBandwidth.value, .derived, source: none),
        latency: Sourced(.zero, .derived, source: none), domainSize: 1),
      scaleOut: nil, devices: [device.id])
  }
}

extension SoftwareStack {
  /// The kernels themselves, with nothing around them.
  public static let bare: SoftwareStack = {
    let source = "the kernels run by themselves"
    let none = Sourced(0.0, .derived, source: source)
    let same = Sourced(1.0, .derived, source: source)
    let noTime = Sourced(Seconds.zero, .derived, source: source)
    return SoftwareStack(
      id: "host-bare", name: "Kernels by themselves", covers: [],
      overlap: Overlap(
        tensor: none, context: none, expert: none, pipeline: none, gradientReduction: none,
        parameterGather: none, fullySharded: none),
      host: HostCost(
        perLayer: noTime, perExpertLayer: noTime, perLocalExpert: noTime, perCollective: noTime,
        perStep: noTime),
      memory: MemoryHabits(
        reserved: Sourced(.zero, .derived, source: source), fragmentation: none,
        gradientElement: Sourced(Bytes(4), .derived, source: source)),
      kernels: KernelHabits(
        matrixSlowdown: same, attentionSlowdown: same, elementwiseTraffic: same,
        fusedAttention: true, deduplicatedDispatch: false, groupedExperts: true, fusedLoss: true,
        fusion: .all),
      schedules: ["1f1b", "gpipe"])
  }()
}
