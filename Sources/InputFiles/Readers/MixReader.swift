import Hardware
import Planner
import Units

/// An entry of `mixes` as it is written.
struct MixEntry {
  /// How its pools share the work.
  enum Sharing: String, CaseIterable {
    case replicas, stages, phases
  }

  /// One pool, by the scenario's name of its fleet.
  struct Pool {
    var fleet: Reference
    var limit: FleetMix.Limit
    /// Where a limit stands.
    var limitPlace: Place
  }

  var name: Reference
  var sharing: Sharing
  var pools: [Pool]
  var link: PoolLink?
  var transfer: FleetMix.CheckpointTransfer?
  var deadline: Seconds?
  var poolsPlace: Place
}

extension Form where Value == MixEntry {
  static var mix: Form {
    .table { table in
      let sharing: MixEntry.Sharing = table.get("as", .choice, "replicas")
      let transfer = table.find("transfer", .transfer, "{bandwidth: 2 GB/s, pause: 6 h}")
      let link = table.find("link", .poolLink, "{bandwidth: 5 GB/s, latency: 50 us}")
      let deadline = table.find("deadline", .quantity(.time, .positive), "90 d")
      let pools = table.get("pools", .list(.mixPool), "[ling-a, ling-d]")
      if table.isSound("as") { checkKeys(of: sharing, in: table) }
      if table.isSound("pools"), !(2...mostPools).contains(pools.count) {
        table.report(.relation(.numberOfPools(pools.count, most: mostPools)), at: "pools")
      }
      return MixEntry(
        name: table.get("name", .word, "a-and-d"), sharing: sharing, pools: pools, link: link,
        transfer: transfer, deadline: deadline, poolsPlace: table.place(of: "pools"))
    }
  }

  /// Some keys have a meaning only where pools take turns, or only where they do not.
  private static func checkKeys(of sharing: MixEntry.Sharing, in table: Table) {
    if sharing == .phases {
      if table.has("link") {
        table.report(.key(.onlyWith(["as: replicas", "as: stages"])), at: "link")
      }
      if table.isPresent, !table.has("transfer") {
        table.report(.key(.missing(example: "transfer: {bandwidth: 2 GB/s, pause: 6 h}")))
      }
    } else {
      for key in ["transfer", "deadline"] where table.has(key) {
        table.report(.key(.onlyWith(["as: phases"])), at: key)
      }
    }
  }
}

/// The most pools of a mix: every choice of them is tried where they take turns.
private let mostPools = 12

extension Form where Value == MixEntry.Pool {
  /// The name of a fleet, or a table that also says how many tokens it trains on.
  fileprivate static var mixPool: Form {
    .either(
      Form<Reference>.word.map {
        MixEntry.Pool(fleet: $0, limit: .any, limitPlace: $0.place)
      },
      or: .table { table in
        let tokens = table.find("tokens", .quantity(.tokens, .positive), "2 T")
        let most = table.find("at_most", .quantity(.tokens, .positive), "3 T")
        if table.has("tokens"), table.has("at_most") {
          table.report(.key(.both(["tokens", "at_most"])), at: "at_most")
        }
        let limit = tokens.map(FleetMix.Limit.exactly) ?? most.map(FleetMix.Limit.atMost) ?? .any
        return MixEntry.Pool(
          fleet: table.get("fleet", .word, "ling-a"), limit: limit,
          limitPlace: table.place(of: table.has("tokens") ? "tokens" : "at_most"))
      }, when: .table)
  }
}

extension Form where Value == PoolLink {
  fileprivate static var poolLink: Form {
    .table { table in
      PoolLink(
        bandwidth: table.get("bandwidth", .quantity(.bandwidth, .positive), "5 GB/s"),
        latency: table.get("latency", .quantity(.time, .notNegative), "50 us"))
    }
  }
}

extension Form where Value == FleetMix.CheckpointTransfer {
  fileprivate static var transfer: Form {
    .table { table in
      FleetMix.CheckpointTransfer(
        bandwidth: table.get("bandwidth", .quantity(.bandwidth, .positive), "2 GB/s"),
        pause: table.find("pause", .quantity(.time, .notNegative), "6 h") ?? .zero)
    }
  }
}
