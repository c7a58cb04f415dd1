import Hardware
import Units

extension Form where Value == CollectiveCurve {
  static var collectiveCurve: Form {
    .table { table in
      CollectiveCurve(
        protocols: table.get(
          "protocols", .list(.communicationProtocol),
          "[{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}]"),
        crowding: table.find("crowding", .figure(.ratio, .notNegative), "0.02") ?? 0,
        scaleOutEfficiency: table.figure("scale_out_efficiency", .ratio, .share, "0.8"),
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        correction: table.find("correction", .correctionGrid, "{axes: [...], factors: [...]}"))
    }
  }
}

extension Form where Value == CollectiveCurve.CommunicationProtocol {
  fileprivate static var communicationProtocol: Form {
    .table { table in
      CollectiveCurve.CommunicationProtocol(
        latency: table.figure("latency", .time, .notNegative, "9 us"),
        latencyPerStep: table.figure("latency_per_step", .time, .notNegative, "0.5 us"),
        efficiency: table.figure("efficiency", .ratio, .share, "0.8"))
    }
  }
}

extension Form where Value == ExchangeCurve {
  static var exchangeCurve: Form {
    .table { table in
      let example = "{launch: 40 us, scale_up_efficiency: 0.8, scale_out_efficiency: 0.9}"
      return ExchangeCurve(
        dispatch: table.get("dispatch", .exchangePhase, example),
        combine: table.get("combine", .exchangePhase, example),
        dispatchBetweenDomains: table.find(
          "dispatch_between_domains", .exchangePhase, example),
        combineBetweenDomains: table.find(
          "combine_between_domains", .exchangePhase, example),
        computeUnits: table.find("compute_units", .figure(.count, .positive), "20") ?? 20,
        ranksPerDomain: table.find("ranks_per_domain", .integer(1...100_000), "8") ?? 8,
        tableNetwork: table.find("table_network", .tableNetwork, "{domains: 8, share: 0.5}"))
    }
  }
}

extension Form where Value == ExchangeCurve.TableNetwork {
  fileprivate static var tableNetwork: Form {
    .table { table in
      ExchangeCurve.TableNetwork(
        domains: table.get("domains", .integer(2...100_000), "8"),
        share: table.figure("share", .ratio, .share, "0.5"))
    }
  }
}

extension Form where Value == ExchangePhaseCurve {
  fileprivate static var exchangePhase: Form {
    .table { table in
      ExchangePhaseCurve(
        launch: table.figure("launch", .time, .notNegative, "40 us"),
        copying: table.find("copying", .copyCost, "{unit_rate: 30 GB/s, ...}"),
        scaleUpEfficiency: table.figure("scale_up_efficiency", .ratio, .share, "0.8"),
        scaleOutEfficiency: table.figure("scale_out_efficiency", .ratio, .share, "0.9"),
        blend: table.find("blend", .figure(.ratio, .from(1, to: 1000)), "8") ?? 8,
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        corrections: table.find(
          "corrections", .list(.correctionGrid), "[{axes: [...], factors: [...]}]") ?? [])
    }
  }
}

extension Form where Value == ExchangePhaseCurve.CopyCost {
  fileprivate static var copyCost: Form {
    .table { table in
      ExchangePhaseCurve.CopyCost(
        unitRate: table.figure("unit_rate", .bandwidth, .positive, "30 GB/s"),
        unitExponent: table.figure("unit_exponent", .ratio, .positive, "0.9"),
        copyShare: table.figure("copy_share", .ratio, .notNegative, "0.3"),
        perToken: table.figure("per_token", .time, .notNegative, "50 ns"),
        perChoice: table.figure("per_choice", .time, .notNegative, "5 ns"))
    }
  }
}

extension Form where Value == CorrectionGrid {
  /// `{axes: [{variable: rows, knots: [128, 4096]}], factors: [1.02, 0.99]}`, the last axis fastest.
  static var correctionGrid: Form {
    .table { table in
      let axes = table.get(
        "axes", .list(.correctionAxis), "[{variable: rows, knots: [128, 4096]}]")
      let factors = table.figures("factors", .ratio, .from(0.05, to: 20), "[1.02, 0.99]")
      let size = CorrectionGrid.size(axes)
      guard table.isSound("axes", "factors"), size == factors.count else {
        if table.isSound("axes", "factors") {
          table.report(
            .relation(.gridSize(factors: factors.count, combinations: size)), at: "factors")
        }
        return CorrectionGrid(axes: [], factors: [1])
      }
      return CorrectionGrid(axes: axes, factors: factors)
    }
  }
}

extension Form where Value == CorrectionGrid.Axis {
  fileprivate static var correctionAxis: Form {
    .table { table in
      let variable = table.get("variable", .choice as Form<CorrectionGrid.Variable>, "rows")
      let knots = table.figures("knots", .count, .positive, "[128, 4096]")
      let isRising = zip(knots, knots.dropFirst()).allSatisfy { $0 < $1 }
      if table.isSound("knots"), knots.count < 2 || !isRising {
        table.report(.relation(.knotsNotRising), at: "knots")
      }
      return CorrectionGrid.Axis(variable, knots)
    }
  }
}
