import Planner
import TrainingRun
import Units
import Workload

/// What the measured routing does to the cost of one model on one fleet.
public struct RoutingRow: Sendable {
  var model: String
  var fleet: String
  /// Of the scenario's unit of tokens, with evenly filled experts.
  var evenCost: Money?
  /// The same with the routing as it was measured.
  var cost: Money?
  /// 1 − cost ÷ cost of the baseline, with evenly filled experts.
  var evenSaving: Double?
  var saving: Double?
  /// Standard deviation ÷ mean of the experts' shares.
  var variation: Double

  static func columns(currency: String) -> [Column<RoutingRow>] {
    [
      Column("model", \.model), Column("fleet", \.fleet),
      Column("load_variation", \.variation, decimals: 3),
      Column("even_cost_\(currency)", \.evenCost, in: Money(1), decimals: 0),
      Column("measured_cost_\(currency)", \.cost, in: Money(1), decimals: 0),
      Column("change_percent", { $0.change.map { 100 * $0 } }, decimals: 2),
      Column("even_saving_percent", { $0.evenSaving.map { 100 * $0 } }, decimals: 2),
      Column("measured_saving_percent", { $0.saving.map { 100 * $0 } }, decimals: 2),
    ]
  }

  /// Cost as measured ÷ cost of an even routing − 1.
  private var change: Double? {
    guard let cost, let evenCost else { return nil }
    return cost / evenCost - 1
  }
}

extension Comparison {
  /// A row for each model and fleet; none where the routing was not measured.
  var routingRows: [RoutingRow] {
    guard let evenEntries else { return [] }
    guard case .measured(let routing) = scenario.recipe.routing else { return [] }
    var even = self
    even.entries = evenEntries
    return zip(fleetRows, even.fleetRows).map { row, even in
      RoutingRow(
        model: row.model, fleet: row.fleet, evenCost: even.run?.cost, cost: row.run?.cost,
        evenSaving: even.saving, saving: row.saving, variation: routing.variation)
    }
  }
}
