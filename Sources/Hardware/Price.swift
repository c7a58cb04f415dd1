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
  /// Absent where the owner takes nothing back.
  public var preemption: Preemption?

  public init(
    rate: Sourced<MoneyPerSecond>, basis: Basis, date: String, quoted: String, list: String,
    preemption: Preemption? = nil
  ) {
    self.rate = rate
    self.basis = basis
    self.date = date
    self.quoted = quoted
    self.list = list
    self.preemption = preemption
  }
}

/// How the owner of rented machines takes them back.
public struct Preemption: Sendable {
  /// How often it takes a node, for each device of a job.
  public var rate: Sourced<Frequency>
  /// How long before it says so; absent where it does not.
  public var notice: Sourced<Seconds>?
  /// Until another node comes in its place; absent where that takes as long as a repair.
  public var backAfter: Sourced<Seconds>?

  public init(
    rate: Sourced<Frequency>, notice: Sourced<Seconds>? = nil, backAfter: Sourced<Seconds>? = nil
  ) {
    self.rate = rate
    self.notice = notice
    self.backAfter = backAfter
  }
}
