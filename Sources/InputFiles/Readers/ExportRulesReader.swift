import Hardware
import Units

extension Form where Value == ExportRules {
  /// The rules of one authority: `hardware-profiles/export-rules/ID.yaml`.
  static func exportRules(id: String) -> Form {
    .table { table in
      let rules = ExportRules(
        id: id,
        name: table.get("name", .text, "US rules for advanced computing"),
        rules: table.get("rules", .list(.exportRule), "[{name: 3A090, from: 2022-10-21, ...}]")
          .sorted { $0.from < $1.from })
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return rules
    }
  }
}

extension Form where Value == ExportRule {
  fileprivate static var exportRule: Form {
    .table { table in
      let rule = ExportRule(
        name: table.get("name", .text, "3A090 of 2023"),
        from: table.get("from", .day, "2023-11-17"),
        until: table.find("until", .day, "2026-01-15"),
        announced: table.find("announced", .day, "2023-10-17"),
        destinations: table.find("destinations", .list(.word), "[China, Macau]").names,
        countries: table.find("items_from", .list(.country), "[US]"),
        clauses: table.get(
          "clauses", .list(.exportClause), "[{name: 3A090.a, verdict: denied, when: ...}]"),
        source: table.get("source", .text, "88 FR 73458"))
      _ = table.find("note", .text, "the day is not printed")
      if table.isSound("from", "until"), let until = rule.until, until <= rule.from {
        table.report(.relation(.daysReversed(from: "\(rule.from)", to: "\(until)")), at: "until")
      }
      if table.isSound("from", "announced"), let announced = rule.announced,
        announced > rule.from
      {
        table.report(
          .relation(.daysReversed(from: "\(announced)", to: "\(rule.from)")), at: "announced")
      }
      return rule
    }
  }
}

extension Form where Value == ExportClause {
  fileprivate static var exportClause: Form {
    .table { table in
      let devices = table.find("devices", .list(.reference(to: .device)), "[nvidia-h20-96]")
      return ExportClause(
        name: table.get("name", .text, "3A090.a"),
        verdict: table.get("verdict", .choice, "denied"),
        eases: table.find("eases", .boolean, "true") ?? false,
        devices: devices.names,
        isForDataCentersOnly: table.find("data_center_only", .boolean, "true") ?? false,
        alternatives: table.find(
          "when", .list(.exportLimits), "[{total_processing_performance: {at_least: 4800}}]") ?? [])
    }
  }
}

extension Form where Value == ExportClause.Limits {
  /// Limits of several figures, which hold together.
  fileprivate static var exportLimits: Form {
    .table { table in
      var limits: Value = [:]
      for figure in ExportFigure.allCases {
        limits[figure] = table.find(figure.rawValue, .limit(of: figure), "{at_least: 4800}")
      }
      if limits.isEmpty, table.isEmpty {
        table.report(.key(.noValue(example: "total_processing_performance: {at_least: 4800}")))
      }
      return limits
    }
  }
}

extension Form where Value == ExportLimit {
  fileprivate static func limit(of figure: ExportFigure) -> Form {
    .table { table in
      let limit = ExportLimit(
        atLeast: table.find("at_least", .figure(figure), example(figure)),
        below: table.find("below", .figure(figure), example(figure)))
      if !table.has("at_least"), !table.has("below") {
        table.report(
          .key(.neither(["at_least", "below"], example: "at_least: \(example(figure))")))
      }
      return limit
    }
  }

  private static func example(_ figure: ExportFigure) -> String {
    switch figure {
    case .totalProcessingPerformance: "4800"
    case .performanceDensity: "5.92"
    case .memoryBandwidth, .linkBandwidth, .memoryAndLinkBandwidth: "1400 GB/s"
    }
  }
}

extension Form where Value == Double {
  fileprivate static func figure(_ figure: ExportFigure) -> Form {
    switch figure {
    case .totalProcessingPerformance: .quantity(.count, .positive)
    case .performanceDensity: .quantity(.ratio, .positive)
    case .memoryBandwidth, .linkBandwidth, .memoryAndLinkBandwidth:
      Form<BytesPerSecond>.quantity(.bandwidth, .positive).map(\.value)
    }
  }
}

extension [Reference]? {
  fileprivate var names: [String]? { self?.map(\.name) }
}
