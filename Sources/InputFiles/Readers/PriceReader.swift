public import Hardware
import Units

/// A price list as it is written: `hardware-profiles/prices/ID.yaml`.
public struct PriceList: Sendable {
  public internal(set) var id: String
  public internal(set) var name: String
  public internal(set) var basis: Price.Basis
  public internal(set) var date: String
  public internal(set) var source: String
  /// Absent where the owner takes nothing back.
  public internal(set) var preemption: Preemption?
  /// What one device costs for an hour, by the device's id.
  public internal(set) var prices: [String: Sourced<Written<MoneyText>>]
}

extension Form where Value == PriceList {
  static func prices(id: String) -> Form {
    .table { table in
      let list = PriceList(
        id: id,
        name: table.get("name", .text, "Fair costs of the Ling report"),
        basis: table.get("basis", .choice, "rental-list"),
        date: table.get("date", .date, "2025-03"),
        source: table.get("source", .text, "arXiv 2503.05139 Table 1"),
        preemption: preemption(in: table),
        prices: table.get("prices", .priceTable, "{nvidia-h100-sxm: ...}"))
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return list
    }
  }

  private static func preemption(in table: Table) -> Preemption? {
    let rate = table.findSourced("preemption", .frequency, .notNegative, "0.01 /d")
    let notice = table.findSourced("notice", .time, .notNegative, "2 min")
    let backAfter = table.findSourced("back_after", .time, .notNegative, "4 h")
    for key in ["notice", "back_after"] where table.has(key) && !table.has("preemption") {
      table.report(.key(.onlyWith(["preemption"])), at: key)
    }
    return rate.map { Preemption(rate: $0, notice: notice, backAfter: backAfter) }
  }
}

extension Form where Value == [String: Sourced<Written<MoneyText>>] {
  fileprivate static var priceTable: Form {
    .table { table in
      let example = "{value: 27.5 RMB/h, kind: specified, source: the provider's list}"
      let prices = table.names(.sourced(.written(.money(per: .hour)), "27.5 RMB/h"), example)
      for price in prices { table.mention(.device, price.name) }
      if prices.isEmpty { table.report(.key(.emptyList(example: "{nvidia-h100-sxm: \(example)}"))) }
      return Dictionary(prices.map { ($0.name, $0.value) }) { first, _ in first }
    }
  }
}

extension Form where Value == MoneyText {
  /// An amount of money in any currency.
  static func money(per: MoneyText.Per) -> Form {
    .single(MoneyText(amount: 1, currency: "XXX"), range: .amount) {
      text, _, spot throws(CauseError) in
      try MoneyText(text, per: per, example: spot.example)
    }
  }
}
