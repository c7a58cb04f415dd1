public import Units

/// What an hour of one device costs, and what kind of price that is.
public struct Price: Sendable {
  /// What the amount stands for. Prices of different bases differ several times over.
  public enum Basis: String, CaseIterable, Sendable {
    /// An accounting price inside a company.
    case internalAccounting = "internal-accounting"
    /// A cloud's published on-demand list.
    case rentalList = "rental-list"
    /// A monthly contract for whole servers, spread over 730 hours a month.
    case rentalBareMetal = "rental-bare-metal"
    /// A contract for a year or more.
    case rentalReserved = "rental-reserved"
    /// Machines that their owner may take back at any time.
    case rentalSpot = "rental-spot"
  }

  /// The price of one device in the scenario's currency.
  public var rate: Sourced<MoneyPerSecond>
  public var basis: Basis
  /// The day the price was seen, `YYYY-MM-DD`, or its month, `YYYY-MM`.
  public var date: String
  /// The amount as it was written, before conversion, such as `27.5 RMB/h`.
  public var quoted: String
  /// The price list it stands in.
  public var list: String
  /// How often the owner takes a node back, for each device of a job.
  public var preemption: Sourced<Frequency>?

  public init(
    rate: Sourced<MoneyPerSecond>, basis: Basis, date: String, quoted: String, list: String,
    preemption: Sourced<Frequency>? = nil
  ) {
    self.rate = rate
    self.basis = basis
    self.date = date
    self.quoted = quoted
    self.list = list
    self.preemption = preemption
  }
}
