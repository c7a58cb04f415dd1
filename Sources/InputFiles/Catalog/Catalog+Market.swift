public import Hardware
import Planner
import TrainingRun

extension Catalog {
  /// Cuts the fleets of a scenario down to what can be had on its day.
  ///
  /// A fleet keeps whole scale-up domains of what is supplied, its spares taken off.
  ///
  /// - Returns: Why some of them cannot be had at all, by name.
  func supply(
    _ fleets: inout [Fleet], in file: ScenarioFile, settings: [String: RunSetting],
    _ gathered: inout Gathered
  ) -> [String: MarketBarrier] {
    let rules = file.market?.destination.map { self.rules(for: $0, &gathered) } ?? []
    var barriers: [String: MarketBarrier] = [:]
    for index in fleets.indices {
      let id = fleets[index].id
      guard let request = file.fleets.first(where: { $0.id == id }) else { continue }
      let supply = request.supply ?? self.fleets.load(request.fleet.name)?.value?.supply
      guard let market = file.market else {
        if supply != nil {
          gathered.report(
            .key(.neither(["market"], example: "market: {date: 2025-03-01}")),
            at: request.fleet.place)
        }
        continue
      }
      barriers[id] = barrier(of: fleets[index], market, rules)
      if let supply, barriers[id] == nil {
        let spares = settings[id]?.spareDevices ?? 0
        barriers[id] = fleets[index].limit(to: supply, on: market.day, spares: spares)
      }
    }
    return barriers
  }

  private func barrier(
    of fleet: Fleet, _ market: MarketEntry, _ rules: [ExportRules]
  ) -> MarketBarrier? {
    guard let destination = market.destination else { return nil }
    let item = ExportItem(fleet.device, scaleUp: fleet.fabric.scaleUp.bandwidth.value)
    let standing = rules.standing(of: item, in: destination.name, on: market.day)
    return standing.atWorst > market.accepts
      ? .notForSale(standing, destination: destination.name, day: market.day) : nil
  }

  /// All rules; a fault where none of them names the destination.
  private func rules(for destination: Reference, _ gathered: inout Gathered) -> [ExportRules] {
    let profiles = exportRules.all()
    gathered.faults += profiles.flatMap(\.faults)
    let rules = profiles.compactMap(\.value)
    if !rules.destinations.contains(destination.name) {
      let near = nearest(to: destination.name, among: rules.destinations)
      gathered.report(
        .name(
          .noDestination(name: destination.name, nearest: near, known: rules.destinations)),
        at: destination.place)
    }
    return rules
  }
}

extension Fleet {
  fileprivate mutating func limit(
    to supply: Supply, on day: CalendarDate, spares: Int
  ) -> MarketBarrier? {
    let domain = fabric.scaleUp.domainSize
    let whole = max(0, supply.devices(on: day) - spares) / domain * domain
    guard whole > 0 else {
      let next = supply.steps.first { $0.from > day && $0.devices - spares >= domain }
      return .notSupplied(day: day, next: next)
    }
    available = whole
    size = min(size, whole)
    return nil
  }
}

extension Catalog {
  /// How every device stands with all export rules on a day.
  ///
  /// - Throws: The faults of the rules, or that none of them names the destination.
  public func exportTable(
    on day: CalendarDate, destination: Reference
  ) throws(Faults) -> [ExportListing] {
    var gathered = Gathered()
    let rules = rules(for: destination, &gathered)
    guard gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    let wirings = fabrics.all().compactMap(\.value)
    let later = rules.lastAnnounced(on: day)
    return devices.all().compactMap(\.value).map { device in
      let scaleUp = wirings.filter { $0.devices.contains(device.id) }.map(\.scaleUp.bandwidth.value)
      let item = ExportItem(device, scaleUp: scaleUp.max())
      return ExportListing(
        item: item, standing: rules.standing(of: item, in: destination.name, on: day),
        announced: later.map {
          rules.standing(of: item, in: destination.name, on: $0, known: day)
        })
    }
  }
}
