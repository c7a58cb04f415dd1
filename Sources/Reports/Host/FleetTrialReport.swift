public import Calibration
import Units

/// Two fleets of this machine that trained the same model: time, cost and saving as they were
/// measured, beside what the fleets' profiles predicted.
public struct FleetTrialReport: Sendable {
  /// One row a fleet, the strong one first.
  public let rows: Table<FleetTrialRow>

  /// - Parameter currency: Of the prices, such as `RMB`.
  public init(_ trial: FleetTrial, currency: String) {
    let unit = currency.lowercased()
    let fleets = [
      FleetTrialRow(fleet: trial.strong),
      FleetTrialRow(fleet: trial.weak, trial: trial),
    ]
    rows = Table(
      columns: [
        Column("fleet", \.fleet.name), Column(count: "cores", \.fleet.cores),
        Column("priced_as", \.fleet.pricedAs),
        Column(
          "price_\(unit)_per_hour", { $0.fleet.cost(of: .hour) }, in: Money(1), decimals: 2),
        Column("tokens", \.fleet.tokens, in: Tokens(1), decimals: 0),
        Column("final_loss", \.fleet.loss, decimals: 6),
      ] + Self.columns("measured", \.measured, unit)
        + Self.columns("predicted", \.predicted.analytical, unit)
        + Self.columns("simulated", \.predicted.simulated, unit)
        + [
          Column("saving_error_points", { $0.points(\.predicted.analytical) }, decimals: 2),
          Column("simulated_error_points", { $0.points(\.predicted.simulated) }, decimals: 2),
        ], rows: fleets)
  }

  private static func columns(
    _ prefix: String, _ time: @escaping @Sendable (TrainedFleet) -> Seconds, _ unit: String
  ) -> [Column<FleetTrialRow>] {
    [
      Column("\(prefix)_s", { time($0.fleet) }, in: Seconds(1), decimals: 3),
      Column(
        "\(prefix)_cost_\(unit)", { $0.fleet.cost(of: time($0.fleet)) }, in: Money(1),
        decimals: 6),
      Column("\(prefix)_saving_percent", { $0.saving(time) }, decimals: 2),
    ]
  }

  /// What `measure --compare` prints.
  public var terminalText: String {
    let columns: [Column<FleetTrialRow>] = [
      Column("fleet", \.fleet.name), Column("priced_as", \.fleet.pricedAs),
      Column("measured_s", \.fleet.measured, in: Seconds(1), decimals: 2),
      Column("predicted_s", \.fleet.predicted.analytical, in: Seconds(1), decimals: 2),
      Column("simulated_s", \.fleet.predicted.simulated, in: Seconds(1), decimals: 2),
      Column("saving_%", { $0.saving(\.measured) }, decimals: 1),
      Column("predicted_%", { $0.saving(\.predicted.analytical) }, decimals: 1),
      Column("simulated_%", { $0.saving(\.predicted.simulated) }, decimals: 1),
    ]
    return Table(columns: columns, rows: rows.rows).terminalText()
  }
}

/// One fleet of a trial.
public struct FleetTrialRow: Sendable {
  var fleet: TrainedFleet
  /// Absent for the fleet that savings are measured against.
  var trial: FleetTrial?

  /// In per cent of the strong fleet's cost.
  func saving(_ time: (TrainedFleet) -> Seconds) -> Double? {
    trial.map { 100 * $0.saving(time) }
  }

  /// Predicted − measured saving, in percentage points.
  func points(_ time: (TrainedFleet) -> Seconds) -> Double? {
    trial.map { 100 * ($0.saving(time) - $0.saving(\.measured)) }
  }
}
