public import Hardware
public import Units

/// One line of a bill.
public struct CostItem: Sendable {
  public var name: String
  public var amount: Money
  /// The price it follows from, as quoted, and its date.
  public var quoted: String
  public var date: String

  public init(name: String, amount: Money, quoted: String, date: String) {
    self.name = name
    self.amount = amount
    self.quoted = quoted
    self.date = date
  }
}

/// What a run costs, line by line. The lines add up to the total.
public struct RunBill: Sendable {
  public let items: [CostItem]
  /// Absent without a site, or where a device's power is not known.
  public let energy: RunEnergy?

  public var total: Money { items.reduce(.zero) { $0 + $1.amount } }

  /// The bill of a run on a fleet.
  ///
  /// - Parameters:
  ///   - pool: The fleet's number among the pools of the ledger.
  /// - Returns: Nil where the fleet has neither a price nor a purchase.
  public init?(
    ledger: RunLedger, fleet: Fleet, setting: RunSetting, busyShare: Double, pool: Int = 0
  ) {
    let spares = setting.spareDevices
    let away = ledger.away[pool]
    let energy = setting.site.flatMap { site in
      fleet.device.power.map {
        RunEnergy(
          ledger: ledger, devices: fleet.size, spares: spares, away: away, power: $0.value,
          site: site, busyShare: busyShare)
      }
    }
    self.energy = energy
    if let ownership = setting.ownership {
      let deviceTime = ledger.duration * Double(fleet.size + spares)
      items =
        ownership.items(deviceTime: deviceTime)
        + (setting.site.map { $0.items(energy: energy, deviceTime: deviceTime) } ?? [])
    } else if let price = fleet.price {
      items = price.items(ledger: ledger, devices: fleet.size, spares: spares, away: away)
    } else {
      return nil
    }
  }
}

extension RunBill {
  /// The bill of pools that train one model: each line with the name of its pool.
  public init(joining bills: [(pool: String, bill: RunBill)]) {
    items = bills.flatMap { pool, bill in
      bill.items.map { item in
        var item = item
        item.name = "\(pool): \(item.name)"
        return item
      }
    }
    let energies = bills.compactMap(\.bill.energy)
    energy = energies.count == bills.count ? RunEnergy(joining: energies) : nil
  }
}

extension Price {
  /// Rent for each part of the time and for the nodes that stand by all the time, less that of nodes which
  /// their owner has taken back.
  func items(ledger: RunLedger, devices: Int, spares: Int, away: Seconds) -> [CostItem] {
    let parts = RunPart.allCases.map { part in
      CostItem(
        name: part.name, amount: rate.value * (ledger[part] * Double(devices)), quoted: quoted,
        date: date)
    }
    let standby = CostItem(
      name: "spares", amount: rate.value * (ledger.duration * Double(spares)), quoted: quoted,
      date: date)
    guard preemption != nil else { return parts + [standby] }
    let takenBack = CostItem(
      name: "taken_back", amount: rate.value * (-1 * away), quoted: quoted, date: date)
    return parts + [standby, takenBack]
  }
}

extension Ownership {
  /// The value that the devices lose in a time: straight lines to what is left at the end of a life.
  ///
  /// ```
  /// device, server: price · (1 − residual) / life · time / occupancy
  /// network:        price / life · time / occupancy
  /// facility:       price / facility life · time / occupancy
  /// ```
  public func items(deviceTime: Seconds) -> [CostItem] {
    let used = deviceTime / occupancy.value
    let item = { (name: String, money: DatedMoney, lost: Double, life: Seconds) in
      CostItem(
        name: name, amount: money.amount * (lost * (used / life)), quoted: money.quoted,
        date: money.date)
    }
    return [
      item("device", device, 1 - residual.value, life.value),
      item("server", server, 1 - residual.value, life.value),
      item("network", network, 1, life.value),
      item("facility", facility, 1, facilityLife.value),
    ]
  }
}

extension Site {
  /// What running the devices costs: energy, busy and idle, and staff.
  func items(energy: RunEnergy?, deviceTime: Seconds) -> [CostItem] {
    let perJoule = electricity.amount / Joules(3.6e6)
    let year = Seconds(31_557_600)
    var items: [CostItem] = []
    if let energy {
      for (name, amount) in [("energy_busy", energy.busy), ("energy_idle", energy.idle)] {
        items.append(
          CostItem(
            name: name, amount: perJoule * amount, quoted: electricity.quoted,
            date: electricity.date))
      }
    }
    items.append(
      CostItem(
        name: "staff", amount: staff.amount * (deviceTime / year), quoted: staff.quoted,
        date: staff.date))
    return items
  }
}
