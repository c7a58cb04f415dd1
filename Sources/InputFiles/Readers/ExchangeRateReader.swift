import Hardware

/// What one unit of a currency is worth in another, at a date.
struct ExchangeRate: Sendable {
  var from: String
  var to: String
  var date: CalendarDate
  /// Units of `to` for one of `from`.
  var rate: Sourced<Double>
  /// Where it stands in its file, such as `rates[2].rate`.
  var key: String
}

extension Form where Value == [ExchangeRate] {
  /// All dated rates: `hardware-profiles/prices/exchange-rates.yaml`.
  static var exchangeRates: Form {
    .table { table in
      _ = table.get("name", .text, "Exchange rates")
      let rates = table.get(
        "rates", .list(.exchangeRate), "[{from: USD, to: RMB, date: 2025-03, rate: ...}]")
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return rates
    }
  }
}

extension Form where Value == ExchangeRate {
  fileprivate static var exchangeRate: Form {
    .table { table in
      let rate = ExchangeRate(
        from: table.get("from", .currency, "USD"),
        to: table.get("to", .currency, "RMB"),
        date: table.get("date", Form<String>.date.map { CalendarDate($0) }, "2025-03")
          ?? CalendarDate(year: 2000),
        rate: table.sourced("rate", .ratio, .positive, "7.25"),
        key: table.path(of: "rate"))
      if table.isSound("from", "to"), rate.from == rate.to {
        table.report(.price(.sameCurrency(rate.from)), at: "to")
      }
      return rate
    }
  }
}
