public import Hardware

/// A machine that was measured as the profile files of a project: device, fabric, kernels, stack and
/// fleet, which a scenario then names by the fleet's id.
public struct HostProfiles {
  private let fleet: Fleet

  public init(_ fleet: Fleet) {
    self.fleet = fleet
  }

  /// The folders and names of the files inside `hardware-profiles`, and their texts. The same fleet
  /// always gives the same bytes.
  public var files: [(name: String, text: String)] {
    [
      ("devices/\(fleet.device.id).yaml", device),
      ("fabrics/\(fleet.fabric.id).yaml", fabric),
      ("software/kernels/\(fleet.kernels.id).yaml", KernelProfileWriter(fleet.kernels).text),
      ("software/stacks/\(fleet.stack.id).yaml", StackProfileWriter(fleet.stack).text),
      ("fleets/\(fleet.id).yaml", entry),
    ]
  }

  private var device: String {
    let device = fleet.device
    let peaks = Precision.allCases.compactMap { precision in
      device.peaks[precision].map { (key: precision.rawValue, value: $0.yaml) }
    }
    return file(
      "What is the silicon of this machine?",
      [
        ("name", .text(device.name)), ("vendor", .text(device.vendor)), ("peak", .table(peaks)),
        (
          "memory",
          .table([
            ("capacity", device.memoryCapacity.yaml), ("bandwidth", device.memoryBandwidth.yaml),
          ])
        ),
      ])
  }

  private var fabric: String {
    let link = fleet.fabric.scaleUp
    return file(
      "How is this machine wired? It is one device, which sends nothing.",
      [
        ("name", .text(fleet.fabric.name)),
        ("devices", .list(fleet.fabric.devices.map(YAMLText.text))),
        (
          "scale_up",
          .table([
            ("kind", .text(link.kind.rawValue)), ("bandwidth", link.bandwidth.yaml),
            ("latency", link.latency.yaml), ("domain", .integer(link.domainSize)),
          ])
        ),
      ])
  }

  private var entry: String {
    file(
      "What if a model trains on this machine?",
      [
        ("name", .text(fleet.name)), ("device", .text(fleet.device.id)),
        ("fabric", .text(fleet.fabric.id)), ("kernels", .text(fleet.kernels.id)),
        ("stack", .text(fleet.stack.id)), ("devices", .integer(fleet.size)),
      ])
  }

  private func file(_ question: String, _ fields: YAMLText.Fields) -> String {
    (["# \(question)"] + YAMLText.lines(fields, indent: 0)).joined(separator: "\n") + "\n"
  }
}
