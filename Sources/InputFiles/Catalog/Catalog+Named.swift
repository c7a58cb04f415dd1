public import Hardware
import Planner
public import Workload

extension Catalog {
  /// A fleet of a device with the fabric and kernels that list it, unless others are named; it has
  /// no price. Published runs name their hardware so.
  public func fleet(
    device: Reference, fabric: Reference? = nil, kernels: Reference? = nil, stack: Reference,
    size: Int
  ) throws(Faults) -> Fleet {
    var gathered = Gathered()
    let entry = FleetEntry(
      id: device.name, name: device.name, device: device, fabric: fabric, kernels: kernels,
      stack: stack, price: nil, size: size)
    let fleet = assemble(entry, currency: nil, &gathered)
    guard let fleet, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return fleet
  }

  /// The model of a name.
  public func model(_ reference: Reference) throws(Faults) -> ModelArchitecture {
    var gathered = Gathered()
    let model = resolve(reference, on: models, &gathered)?.value
    guard let model, gathered.faults.isEmpty else { throw Faults(gathered.faults) }
    return model
  }
}
