/// A number of like devices that can be rented or bought: silicon, wiring, kernels, stack, price.
public struct Fleet: Sendable {
  public var id: String
  public var name: String
  public var device: Device
  public var fabric: Fabric
  public var kernels: KernelProfile
  public var stack: SoftwareStack
  /// Absent where nobody quotes one: time is estimated, money is not.
  public var price: Price?
  /// The number of devices, one rank each.
  public var size: Int
  /// The most devices that can be had; nil where as many can as anybody asks for.
  public var available: Int?

  public init(
    id: String, name: String, device: Device, fabric: Fabric, kernels: KernelProfile,
    stack: SoftwareStack, price: Price?, size: Int
  ) {
    self.id = id
    self.name = name
    self.device = device
    self.fabric = fabric
    self.kernels = kernels
    self.stack = stack
    self.price = price
    self.size = size
  }
}
