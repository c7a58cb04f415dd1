public import Hardware

/// A fleet as it is written, by names: `hardware-profiles/fleets/ID.yaml`.
public struct FleetEntry: Sendable {
  public internal(set) var id: String
  public internal(set) var name: String
  public internal(set) var device: Reference
  /// Absent where the one fabric that lists the device is meant.
  public internal(set) var fabric: Reference?
  /// Absent where the one kernel profile that lists the device is meant.
  public internal(set) var kernels: Reference?
  public internal(set) var stack: Reference
  public internal(set) var price: Reference?
  public internal(set) var size: Int
  /// Absent where the scenario's is meant.
  public internal(set) var reliability: Reference?
  /// Absent where the devices are rented.
  public internal(set) var ownership: Reference?
  /// Absent where as many can be had as anybody asks for.
  public internal(set) var supply: Supply?
}

/// The most devices that a fleet may have.
let mostDevices = 10_000_000

extension Form where Value == FleetEntry {
  static func fleet(id: String) -> Form {
    .table { table in
      let entry = FleetEntry(
        id: id,
        name: table.get("name", .text, "Ling report, device D"),
        device: table.get("device", .reference(to: .device), "ling-d"),
        fabric: table.find("fabric", .reference(to: .fabric), "hgx-h800"),
        kernels: table.find("kernels", .reference(to: .kernels), "nvidia-h800-sxm"),
        stack: table.get("stack", .reference(to: .stack), "megatron-core-2024"),
        price: table.find("price", .reference(to: .prices), "ling-report"),
        size: table.get("devices", .integer(1...mostDevices), "4096"),
        reliability: table.find("reliability", .reference(to: .reliability), "mature-2025"),
        ownership: table.find("ownership", .reference(to: .ownership), "china-2025"),
        supply: table.find("supply", .supply, "[{from: 2025-03-01, devices: 2048}]"))
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return entry
    }
  }
}
