import Hardware
import Units

extension Form where Value == Fabric {
  /// A fabric: `hardware-profiles/fabrics/ID.yaml`.
  static func fabric(id: String) -> Form {
    .table { table in
      let name = table.get("name", .text, "HGX H100, NVSwitch and 8 x 400G")
      let devices = table.get("devices", .names(of: .device), "[nvidia-h100-sxm]")
      let scaleUp = table.get(
        "scale_up", .scaleUp, "{kind: switched, bandwidth: ..., latency: ..., domain: 8}")
      let scaleOut = table.find(
        "scale_out", .scaleOut,
        "{kind: rail, bandwidth: ..., latency: ..., oversubscription: ...}")
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return Fabric(id: id, name: name, scaleUp: scaleUp, scaleOut: scaleOut, devices: devices)
    }
  }
}

extension Form where Value == ScaleUp {
  fileprivate static var scaleUp: Form {
    .table { table in
      ScaleUp(
        kind: table.get("kind", .choice, "switched"),
        bandwidth: table.sourced("bandwidth", .bandwidth, .positive, "450 GB/s"),
        latency: table.sourced("latency", .time, .notNegative, "2 us"),
        domainSize: table.get("domain", .integer(1...1_000_000), "8"),
        uplinkSharers: table.find("uplink_sharers", .integer(1...1_000_000), "2") ?? 1,
        axes: table.find("axes", .integer(1...6), "2"))
    }
  }
}

extension Form where Value == ScaleOut {
  fileprivate static var scaleOut: Form {
    .table { table in
      ScaleOut(
        kind: table.get("kind", .choice, "rail"),
        bandwidth: table.sourced("bandwidth", .bandwidth, .positive, "400 Gb/s"),
        latency: table.sourced("latency", .time, .notNegative, "5 us"),
        oversubscription: table.sourced(
          "oversubscription", .ratio, .from(1, to: .infinity), "1"),
        spineOversubscription: table.findSourced(
          "spine_oversubscription", .ratio, .from(1, to: .infinity), "2"),
        interfaceSharers: table.find("interface_sharers", .integer(1...1_000_000), "2") ?? 1,
        leafRanks: table.find("leaf_ranks", .integer(1...1_000_000), "32"))
    }
  }
}
