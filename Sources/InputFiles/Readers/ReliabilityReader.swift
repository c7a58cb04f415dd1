import Hardware
import Units

extension Form where Value == Reliability {
  /// How machines fail: `hardware-profiles/reliability/ID.yaml`.
  static func reliability(id: String) -> Form {
    .table { table in
      let reliability = Reliability(
        id: id,
        name: table.get("name", .text, "Mature fleets of 2024 and 2025"),
        groups: table.get("groups", .failureGroups, "{node: 8, switch: 64, supernode: 8}"),
        causes: table.get("causes", .list(.failureCause), "[{name: GPU, rate: ..., scope: node}]"),
        recovery: table.get("recovery", .recovery, "{detection: ..., restart: ...}"),
        slowNodes: table.find(
          "slow_nodes", .slowNodes, "{rate: ..., slowdown: ..., detection: ...}"))
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return reliability
    }
  }
}

extension Form where Value == FailureGroups {
  fileprivate static var failureGroups: Form {
    .table { table in
      FailureGroups(
        node: table.get("node", .integer(1...100_000), "8"),
        leafSwitch: table.get("switch", .integer(1...1_000_000), "64"),
        supernode: table.get("supernode", .integer(1...1_000_000), "384"))
    }
  }
}

extension Form where Value == FailureCause {
  fileprivate static var failureCause: Form {
    .table { table in
      FailureCause(
        name: table.get("name", .text, "memory"),
        rate: table.sourced("rate", .frequency, .notNegative, "4e-4 /d"),
        law: table.find("weibull", .weibull, "{shape: 0.7, age: 100 d}") ?? .exponential,
        scope: table.get("scope", .choice, "node"),
        isPlanned: table.find("planned", .boolean, "false") ?? false,
        detection: table.findSourced("detection", .time, .notNegative, "30 min"))
    }
  }
}

extension Form where Value == FailureCause.Law {
  fileprivate static var weibull: Form {
    .table { table in
      .weibull(
        shape: table.get("shape", .quantity(.ratio, .from(0.1, to: 20)), "0.7"),
        age: table.get("age", .quantity(.time, .notNegative), "100 d"))
    }
  }
}

extension Form where Value == Recovery {
  fileprivate static var recovery: Form {
    .table { table in
      Recovery(
        detection: table.sourced("detection", .time, .notNegative, "5 min"),
        restart: table.sourced("restart", .time, .notNegative, "10 min"),
        replacement: table.sourced("replacement", .time, .notNegative, "2 min"),
        repair: table.sourced("repair", .time, .notNegative, "1 d"),
        manualShare: table.sourced("manual_share", .ratio, .fraction, "10 %"),
        manualDelay: table.sourced("manual_delay", .time, .notNegative, "2 h"),
        restartSuccess: table.findSourced("restart_success", .ratio, .from(0.01, to: 1), "50 %"))
    }
  }
}

extension Form where Value == SlowNodes {
  fileprivate static var slowNodes: Form {
    .table { table in
      SlowNodes(
        rate: table.sourced("rate", .frequency, .notNegative, "1e-5 /d"),
        slowdown: table.sourced("slowdown", .ratio, .from(0, to: 100), "10 %"),
        detection: table.sourced("detection", .time, .positive, "1 d"))
    }
  }
}
