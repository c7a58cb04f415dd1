import Hardware
import Planner
import Units

/// The `faults` block of a scenario as it is written, and where, for what the fleets say about it.
struct FaultsEntry {
  var condition: FabricCondition
  var interfaces: Place
  var rails: Place
}

extension Form where Value == FaultsEntry {
  /// What is wrong with the fabric while a step is simulated.
  static var faults: Form {
    .table { table in
      let slow = table.find(
        "slow_interfaces", .list(.slowInterface), "[{rank: 0, speed: 0.5}]")
      let rails = table.find("missing_rails", .integer(1...1_000), "1")
      if table.isEmpty {
        table.report(
          .key(
            .neither(
              ["slow_interfaces", "missing_rails"],
              example: "slow_interfaces: [{rank: 0, speed: 0.5}]")))
      }
      return FaultsEntry(
        condition: FabricCondition(slowInterfaces: slow ?? [], missingRails: rails ?? 0),
        interfaces: table.place(of: "slow_interfaces"), rails: table.place(of: "missing_rails"))
    }
  }
}

extension Form where Value == FabricCondition.SlowInterface {
  fileprivate static var slowInterface: Form {
    .table { table in
      FabricCondition.SlowInterface(
        rank: table.get("rank", .integer(0...mostDevices - 1), "0"),
        speed: table.get("speed", .quantity(.ratio, .from(0.001, to: 1)), "0.5"))
    }
  }
}

extension Catalog {
  /// Holds faults of a fabric against the fleets that are to have them.
  func check(_ entry: FaultsEntry?, _ fleets: [Fleet], _ gathered: inout Gathered) {
    guard let entry else { return }
    for fleet in fleets {
      let ranks = entry.condition.slowInterfaces.map(\.rank).filter { $0 >= fleet.size }
      if let rank = ranks.first {
        gathered.report(
          .relation(.noSuchRank(rank: rank, fleet: fleet.id, devices: fleet.size)),
          at: entry.interfaces)
      }
      let missing = entry.condition.missingRails
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
