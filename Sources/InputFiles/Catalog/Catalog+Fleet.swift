import Hardware
import Planner
import Units

extension Catalog {
  /// Puts a fleet together, and keeps the numbers of its profiles.
  func assemble(
    _ entry: FleetEntry, currency: String?, _ gathered: inout Gathered
  ) -> Fleet? {
    let device = resolve(entry.device, on: devices, &gathered)
    let fabric = resolve(
      entry.fabric, or: entry.device, on: fabrics, listing: \.devices, &gathered)
    let kernels = resolve(
      entry.kernels, or: entry.device, on: self.kernels, listing: \.devices, &gathered)
    let stack = resolve(entry.stack, on: stacks, &gathered)
    gathered.keep(device)
    gathered.keep(fabric)
    gathered.keep(kernels)
    gathered.keep(stack)
    let before = gathered.faults.count
    let price = (device == nil ? nil : entry.price).flatMap {
      self.price(of: entry.device.name, in: $0, currency: currency, &gathered)
    }
    guard let device = device?.value, let fabric = fabric?.value, let kernels = kernels?.value,
      let stack = stack?.value, gathered.faults.count == before
    else { return nil }
    return Fleet(
      id: entry.id, name: entry.name, device: device, fabric: fabric, kernels: kernels,
      stack: stack, price: price, size: entry.size)
  }

  /// The profile that is named, or the only one that lists the device.
  private func resolve<Value>(
    _ named: Reference?, or device: Reference, on shelf: Shelf<Value>,
    listing devices: KeyPath<Value, [String]>, _ gathered: inout Gathered
  ) -> Profile<Value>? {
    if let named { return resolve(named, on: shelf, &gathered) }
    guard self.devices.load(device.name) != nil else { return nil }
    let fitting = shelf.saying(device.name).filter {
      $0.value?[keyPath: devices].contains(device.name) == true
    }
    if fitting.count == 1 { return fitting[0] }
    if fitting.isEmpty {
      gathered.report(.name(.noDefault(shelf.kind, device: device.name)), at: device.place)
      gathered.faults += shelf.all().flatMap(\.faults)
    } else {
      gathered.report(
        .name(.severalDefaults(shelf.kind, device: device.name, names: fitting.map(\.id))),
        at: device.place)
    }
    return nil
  }
}
