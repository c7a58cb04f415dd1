import Hardware
import TrainingRun
import Units

extension Catalog {
  /// How a fleet runs: the scenario's `run` block, with what the fleet's file and the request set anew.
  ///
  /// Nil where the scenario has no such block, or where something is wrong.
  func setting(
    of request: FleetRequest, device: Device, in file: ScenarioFile, _ gathered: inout Gathered
  ) -> RunSetting? {
    guard let run = file.run else { return nil }
    let entry = fleets.load(request.fleet.name)?.value
    guard let named = request.run.reliability ?? entry?.reliability ?? run.reliability else {
      gathered.report(
        .key(.neither(["reliability"], example: "reliability: mature-2025")),
        at: request.fleet.place)
      return nil
    }
    let profile = resolve(named, on: reliability, &gathered)
    gathered.keep(profile)
    guard let reliability = profile?.value else { return nil }
    var conditions = run.conditions
    conditions.checkpoint = request.run.checkpoint?.plan ?? conditions.checkpoint
    conditions.spareNodes = request.run.spareNodes ?? conditions.spareNodes
    var setting = RunSetting(reliability: reliability, conditions: conditions)
    setting.storage = request.run.checkpoint.map(\.storage) ?? run.storage
    setting.timeFactor = request.run.timeFactor ?? 1
    let site = request.run.site ?? run.site
    setting.site = site.flatMap { self.site($0, file.currency, &gathered) }
    if let owner = request.run.ownership ?? entry?.ownership {
      setting.ownership = ownership(of: device.id, in: owner, file.currency, &gathered)
      checkCosts(of: device, hasSite: site != nil, at: request.fleet.place, &gathered)
    }
    return setting
  }

  /// Who owns devices pays for energy and staff too, and these must be known.
  private func checkCosts(
    of device: Device, hasSite: Bool, at place: Place, _ gathered: inout Gathered
  ) {
    if !hasSite {
      gathered.report(.key(.neither(["site"], example: "site: north-china")), at: place)
    }
    if device.power == nil { gathered.report(.relation(.noPower(device: device.id)), at: place) }
  }

  private func site(_ name: Reference, _ currency: String, _ gathered: inout Gathered) -> Site? {
    let profile = resolve(name, on: sites, &gathered)
    gathered.keep(profile)
    guard let entry = profile?.value,
      let electricity = converted(entry.electricity, to: currency, &gathered),
      let staff = converted(entry.staff, to: currency, &gathered)
    else { return nil }
    return Site(
      id: entry.id, name: entry.name, electricity: electricity, powerOverhead: entry.powerOverhead,
      carbon: entry.carbon, staff: staff, hostFactor: entry.hostFactor, idleShare: entry.idleShare)
  }

  private func ownership(
    of device: String, in list: Reference, _ currency: String, _ gathered: inout Gathered
  ) -> Ownership? {
    guard let profile = resolve(list, on: ownership, &gathered), let entry = profile.value else {
      return nil
    }
    guard let owned = entry.devices[device] else {
      gathered.report(
        .price(.noPrice(list: list.name, device: device, listed: entry.devices.keys.sorted())),
        at: list.place)
      return nil
    }
    let ofOthers = entry.devices.keys.filter { $0 != device }.map { "devices.\($0)." }
    gathered.keep(profile) { key in !ofOthers.contains { key.hasPrefix($0) } }
    guard let bought = converted(owned.device, to: currency, &gathered),
      let server = converted(owned.server, to: currency, &gathered),
      let network = converted(owned.network, to: currency, &gathered),
      let facility = converted(owned.facility, to: currency, &gathered)
    else { return nil }
    return Ownership(
      id: entry.id, name: entry.name, device: bought, server: server, network: network,
      facility: facility, life: entry.life, residual: entry.residual,
      facilityLife: entry.facilityLife, occupancy: entry.occupancy)
  }

  /// An amount in the scenario's currency, at the rate of its own date.
  private func converted(
    _ entry: MoneyEntry, to currency: String, _ gathered: inout Gathered
  ) -> DatedMoney? {
    let money = entry.money.value
    return exchangeFactor(
      from: money.value.currency, to: currency, date: entry.date, at: entry.place, &gathered
    ).map {
      DatedMoney(
        amount: Money(money.value.amount * $0), quoted: money.text, date: entry.date)
    }
  }
}
