public import Units

/// The wiring of a run in the words of its row, and what can be read from them.
public struct Interconnect: Hashable, Sendable {
  public var text: String
  /// Rate of the network between nodes for one device, in one direction, where it is printed.
  public var scaleOut: BytesPerSecond?
  /// Whether the devices of a node reach each other through the host only.
  public var isHostOnly: Bool

  /// Reads such texts as `NVLink3 + 8xHDR IB 200G/node`, `800 Gb/s RoCE per node` or
  /// `IB 400G/GPU`: network rates are printed in bits, for a node or for a device.
  ///
  /// - Parameter devicesPerNode: Devices that share a rate printed for a node.
  public init(_ text: String, devicesPerNode: Int = 8) {
    self.text = text
    isHostOnly = text.mentions("pcie") && !text.mentions("nvlink")
    scaleOut =
      text.split(separator: "+").lazy
      .filter { !$0.lowercased().contains("nvl") }
      .compactMap { networkRate(String($0), devicesPerNode: devicesPerNode) }
      .first
  }
}

private func networkRate(_ text: String, devicesPerNode: Int) -> BytesPerSecond? {
  if text.contains("GB/s per device"), let rate = numbers(in: text).first {
    return rate * BytesPerSecond.GBps
  }
  let names = ["IB", "InfiniBand", "RoCE", "HDR", "NDR", "Gb/s", "Gbps", "Gbit"]
  guard names.contains(where: text.contains) else { return nil }
  // `8x400G` and `8xHDR 200G`: so many interfaces of that rate.
  let values = numbers(in: separatingCounts(text))
  let isCounted = values.count >= 2 && text.mentions("\(Int(min(values[0], 999)))x")
  guard let rate = isCounted ? values[1] : values.first, rate >= 10 else { return nil }
  let isForDevice = text.mentions(anyOf: ["/gpu", "/device", "/npu", "per gpu", "per device"])
  let isForNode = !isForDevice && (isCounted || text.mentions("node"))
  let gigabits = (isCounted ? values[0] : 1) * rate / (isForNode ? Double(devicesPerNode) : 1)
  return gigabits / 8 * BytesPerSecond.GBps
}

/// The text with a blank after the `x` of `8x400G`, so that both numbers are seen.
private func separatingCounts(_ text: String) -> String {
  var result = ""
  var previous: Character = " "
  for character in text {
    result.append(character)
    if character == "x", previous.isNumber { result.append(" ") }
    previous = character
  }
  return result
}
