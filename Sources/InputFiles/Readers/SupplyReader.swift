import Hardware

extension Form where Value == Supply {
  /// How many devices can be had from which day on.
  static var supply: Form {
    Form<[Supply.Step]>.list(.supplyStep).map(Supply.init(steps:))
  }
}

extension Form where Value == Supply.Step {
  fileprivate static var supplyStep: Form {
    .table { table in
      Supply.Step(
        from: table.get("from", .day, "2025-03-01"),
        devices: table.get("devices", .integer(0...mostDevices), "2048"))
    }
  }
}

/// The `market` block of a scenario, by names: when its fleets are bought or rented, and where they go.
struct MarketEntry {
  var day: CalendarDate
  var destination: Reference?
  var accepts: ExportVerdict
}

extension Form where Value == MarketEntry {
  static var market: Form {
    .table { table in
      MarketEntry(
        day: table.get("date", .day, "2025-03-01"),
        destination: table.find("destination", .word, "China"),
        accepts: table.find("accepts", .choice, "risk") ?? .risk)
    }
  }
}
