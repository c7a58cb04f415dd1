public import Units

/// What owning a device costs: each item in the scenario's currency, with the date of its price.
public struct Ownership: Sendable {
  /// The name of its profile.
  public var id: String
  public var name: String
  /// The accelerator alone.
  public var device: DatedMoney
  /// Its share of the host.
  public var server: DatedMoney
  /// Its share of switches, cables and optics.
  public var network: DatedMoney
  /// Its share of the building, its power and its cooling.
  public var facility: DatedMoney
  /// Over which device, server and network lose their value.
  public var life: Sourced<Seconds>
  /// The part of the device's and the server's price that is left then.
  public var residual: Sourced<Double>
  /// Over which the building loses its value; nothing is left of it.
  public var facilityLife: Sourced<Seconds>
  /// The part of its life in which somebody uses the fleet: the rest is paid by those who do.
  public var occupancy: Sourced<Double>

  public init(
    id: String, name: String, device: DatedMoney, server: DatedMoney, network: DatedMoney,
    facility: DatedMoney, life: Sourced<Seconds>, residual: Sourced<Double>,
    facilityLife: Sourced<Seconds>, occupancy: Sourced<Double>
  ) {
    self.id = id
    self.name = name
    self.device = device
    self.server = server
    self.network = network
    self.facility = facility
    self.life = life
    self.residual = residual
    self.facilityLife = facilityLife
    self.occupancy = occupancy
  }
}

/// An amount of money as somebody quoted it, and what it is in the scenario's currency.
public struct DatedMoney: Sendable {
  public var amount: Money
  /// As it was written, such as `28 K USD`.
  public var quoted: String
  /// The day or month of the quotation.
  public var date: String

  public init(amount: Money, quoted: String, date: String) {
    self.amount = amount
    self.quoted = quoted
    self.date = date
  }
}
