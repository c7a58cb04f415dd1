public import Units

/// One column of a report, told once for every form in which the report appears.
///
/// ```
/// Column("step_time_s", \.stepTime, in: Seconds(1), decimals: 4)
/// Column("mfu_percent", { 100 * $0.mfu }, decimals: 1)
/// Column("plan", { $0.plan.description })
/// ```
/// The header of a number ends in its unit, unless it is a count or a plain ratio.
public struct Column<Row>: Sendable {
  public let header: String
  let cell: @Sendable (Row) -> Cell
  let isNumber: Bool

  /// A column of words. An absent value is an empty field.
  public init(_ header: String, _ value: @escaping @Sendable (Row) -> String?) {
    self.header = header
    isNumber = false
    cell = { row in value(row).map(Cell.text) ?? .absent }
  }

  /// A column of amounts, each written as a number of `unit`s.
  public init<Unit: UnitOfMeasure>(
    _ header: String, _ value: @escaping @Sendable (Row) -> Quantity<Unit>?,
    in unit: Quantity<Unit>, decimals: Int
  ) {
    self.init(header, { row in value(row).map { $0 / unit } }, decimals: decimals)
  }

  /// A column of plain ratios.
  public init(
    _ header: String, _ value: @escaping @Sendable (Row) -> Double?, decimals: Int
  ) {
    self.header = header
    isNumber = true
    cell = { row in
      guard let number = value(row) else { return .absent }
      precondition(number.isFinite, "column '\(header)' holds a number that is not finite")
      return .number(fixed(number, decimals: decimals))
    }
  }

  /// A column of counts.
  public init(count header: String, _ value: @escaping @Sendable (Row) -> Int?) {
    self.header = header
    isNumber = true
    cell = { row in value(row).map { .number(String($0)) } ?? .absent }
  }
}

/// What stands where a row and a column meet.
enum Cell: Hashable, Sendable {
  case absent
  case text(String)
  /// A number as it is to be written.
  case number(String)

  /// The value as it stands in a CSV field.
  var plain: String {
    switch self {
    case .absent: ""
    case .text(let text), .number(let text): text
    }
  }
}
