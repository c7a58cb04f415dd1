/// Where machines stand: what energy costs there, what it emits, and who looks after them.
public struct Site: Sendable {
  public var id: String
  public var name: String
  /// The price of a kilowatt-hour.
  public var electricity: DatedMoney
  /// Energy that the building draws ÷ energy that its machines draw (PUE).
  public var powerOverhead: Sourced<Double>
  /// What a kilowatt-hour of the grid emits, in kilograms of CO₂ equivalent.
  public var carbon: Sourced<Double>
  /// Pay of those who run the fleet, for a device and a year.
  public var staff: DatedMoney
  /// Power of a device with its share of the host, at full load ÷ the device's own limit.
  public var hostFactor: Sourced<Double>
  /// Power when nothing runs ÷ power at full load.
  public var idleShare: Sourced<Double>

  public init(
    id: String, name: String, electricity: DatedMoney, powerOverhead: Sourced<Double>,
    carbon: Sourced<Double>, staff: DatedMoney, hostFactor: Sourced<Double>,
    idleShare: Sourced<Double>
  ) {
    self.id = id
    self.name = name
    self.electricity = electricity
    self.powerOverhead = powerOverhead
    self.carbon = carbon
    self.staff = staff
    self.hostFactor = hostFactor
    self.idleShare = idleShare
  }
}
