import Hardware
import Planner
import Units

/// The `faults` block of a scenario as it is written, and where, for what the fleets say about it.
struct FaultsEntry {
  var condition: FabricCondition
  var interfaces: Place
  var scaleUp: Place
  var uplinks: Place
  var rails: Place
}

extension Form where Value == FaultsEntry {
  /// What is wrong with the fabric while a step is simulated.
  static var faults: Form {
    .table { table in
      let slow = table.find("slow_interfaces", .list(.slowLink), "[{rank: 0, speed: 0.5}]")
      let scaleUp = table.find("slow_scale_up", .list(.slowLink), "[{rank: 0, speed: 0.5}]")
      let uplinks = table.find("slow_uplinks", .list(.slowUplink), "[{leaf: 0, speed: 0.5}]")
      let rails = table.find("missing_rails", .integer(1...1_000), "1")
      if table.isEmpty {
        table.report(
          .key(
            .neither(
              ["slow_interfaces", "slow_scale_up", "slow_uplinks", "missing_rails"],
              example: "slow_interfaces: [{rank: 0, speed: 0.5}]")))
      }
      return FaultsEntry(
        condition: FabricCondition(
          slowInterfaces: slow ?? [], slowScaleUp: scaleUp ?? [], slowUplinks: uplinks ?? [],
          missingRails: rails ?? 0),
        interfaces: table.place(of: "slow_interfaces"),
        scaleUp: table.place(of: "slow_scale_up"), uplinks: table.place(of: "slow_uplinks"),
        rails: table.place(of: "missing_rails"))
    }
  }
}

extension Form where Value == FabricCondition.SlowLink {
  fileprivate static var slowLink: Form {
    .table { table in
      FabricCondition.SlowLink(
        rank: table.get("rank", .integer(0...mostDevices - 1), "0"),
        speed: table.get("speed", .speed, "0.5"))
    }
  }
}

extension Form where Value == FabricCondition.SlowUplink {
  fileprivate static var slowUplink: Form {
    .table { table in
      FabricCondition.SlowUplink(
        leaf: table.get("leaf", .integer(0...mostDevices - 1), "0"),
        speed: table.get("speed", .speed, "0.5"))
    }
  }
}

extension Form where Value == Double {
  /// What is left of a link's rate.
  fileprivate static var speed: Form { .quantity(.ratio, .from(0.001, to: 1)) }
}

extension Catalog {
  /// Holds faults of a fabric against the fleets that are to have them.
  func check(_ entry: FaultsEntry?, _ fleets: [Fleet], _ gathered: inout Gathered) {
    guard let entry else { return }
    for fleet in fleets {
      let condition = entry.condition
      for (links, place) in [
        (condition.slowInterfaces, entry.interfaces), (condition.slowScaleUp, entry.scaleUp),
      ] {
        guard let rank = links.map(\.rank).first(where: { $0 >= fleet.size }) else { continue }
        gathered.report(
          .relation(.noSuchRank(rank: rank, fleet: fleet.id, devices: fleet.size)), at: place)
      }
      let leaves = LeafSwitches(fleet.fabric, ranks: fleet.size)?.count ?? 0
      if let leaf = condition.slowUplinks.map(\.leaf).first(where: { $0 >= leaves }) {
        gathered.report(
          .relation(.noSuchLeaf(leaf: leaf, fabric: fleet.fabric.id, leaves: leaves)),
          at: entry.uplinks)
      }
      let missing = condition.missingRails
      guard missing > 0 else { continue }
      let rails = fleet.fabric.scaleOut?.kind == .rail ? fleet.fabric.scaleUp.domainSize : 0
      if missing >= rails {
        gathered.report(
          .relation(.noSuchRails(missing: missing, fabric: fleet.fabric.id, rails: rails)),
          at: entry.rails)
      }
    }
  }
}
