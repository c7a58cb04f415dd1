public import Hardware
import Planner
import Units

extension Catalog {
  /// What an hour of one device of a fleet costs, in a currency.
  ///
  /// - Parameter fleet: Its name, and where a fault of it is told.
  /// - Throws: What is wrong with the fleet or its price list; that nobody quotes one is a fault too.
  public func price(ofFleet fleet: Reference, currency: String) throws(Faults) -> Price {
    var gathered = Gathered()
    let entry = resolve(fleet, on: fleets, &gathered)?.value
    if let entry, entry.price == nil {
      gathered.report(.price(.noList(fleet: entry.id)), at: fleet.place)
    }
    let price = entry.flatMap { entry in
      entry.price.flatMap {
        self.price(of: entry.device.name, in: $0, currency: currency, &gathered)
      }
    }
    guard let price, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return price
  }

  /// The price of a device in a list, in the wanted currency, or as it was quoted.
  func price(
    of device: String, in list: Reference, currency: String?, _ gathered: inout Gathered
  ) -> Price? {
    guard let profile = resolve(list, on: prices, &gathered), let prices = profile.value else {
      return nil
    }
    guard let entry = prices.prices[device] else {
      gathered.report(
        .price(
          .noPrice(list: list.name, device: device, listed: prices.prices.keys.sorted())),
        at: list.place)
      return nil
    }
    gathered.keep(profile) {
      ["prices.\(device)", "preemption", "notice", "back_after"].contains($0)
    }
    let quoted = entry.value.value
    guard
      let factor = exchangeFactor(
        from: quoted.currency, to: currency ?? quoted.currency, date: prices.date, at: list.place,
        &gathered)
    else { return nil }
    let rate = Money(quoted.amount * factor) / Seconds.hour
    return Price(
      rate: Sourced(rate, entry.kind, source: entry.source), basis: prices.basis,
      date: prices.date, quoted: entry.value.text, list: list.name, preemption: prices.preemption)
  }

  /// Units of one currency for one of another, at the date nearest to the wanted one.
  ///
  /// A rate serves in both directions; of two equally near, the first in the file does.
  func exchangeFactor(
    from: String, to: String, date: String, at place: Place, _ gathered: inout Gathered
  ) -> Double? {
    guard from != to else { return 1 }
    guard let wanted = CalendarDate(date) else { return nil }
    let profile = exchangeRates.load(exchangeRateFile)
    gathered.faults += profile?.faults ?? []
    let rates = profile?.value ?? []
    let fitting = rates.filter {
      [$0.from, $0.to] == [from, to] || [$0.to, $0.from] == [from, to]
    }
    let nearest = fitting.min {
      abs($0.date.ordinal - wanted.ordinal) < abs($1.date.ordinal - wanted.ordinal)
    }
    guard let nearest else {
      let known = rates.map { "\($0.from) to \($0.to)" }
      gathered.report(
        .price(.noRate(from: from, to: to, known: unique(known))), at: place)
      return nil
    }
    gathered.keep(profile) { $0 == nearest.key }
    return nearest.from == from ? nearest.rate.value : 1 / nearest.rate.value
  }
}

private func unique(_ words: [String]) -> [String] {
  var seen: Set<String> = []
  return words.filter { seen.insert($0).inserted }
}
