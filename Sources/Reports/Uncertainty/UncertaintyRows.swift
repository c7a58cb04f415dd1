import Hardware
import Planner
import TrainingRun
import Units
import Workload

/// The spread of one result on one fleet: `uncertainty.csv`.
struct SpreadRow: Sendable {
  var model: String
  var fleet: String
  var quantity: String
  var draws: Int
  var point: Double
  var spread: Spread

  static let columns: [Column<SpreadRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("quantity", \.quantity),
    Column(count: "draws", \.draws),
    Column("at_written_inputs", { $0.point.known }, decimals: 4),
    Column("mean", { $0.spread.mean.known }, decimals: 4),
    Column("p5", { $0.spread.p5.known }, decimals: 4),
    Column("p50", { $0.spread.p50.known }, decimals: 4),
    Column("p95", { $0.spread.p95.known }, decimals: 4),
  ]
}

/// What one fleet saves against the baseline, how sure that is, and why: `savings.csv`.
struct SavingRow: Sendable {
  var model: String
  var fleet: String
  var cost: Spread
  var saving: Spread
  /// Chances of saving more than 0, 10, 20 and 30 %.
  var chances: [Double]
  var difference: CostDifference?

  static let shares = [0.0, 0.1, 0.2, 0.3]

  static func columns(currency: String) -> [Column<SavingRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column("cost_p5_\(currency)", { $0.cost.p5.known }, decimals: 0),
      Column("cost_p50_\(currency)", { $0.cost.p50.known }, decimals: 0),
      Column("cost_p95_\(currency)", { $0.cost.p95.known }, decimals: 0),
      Column("saving_p5_percent", { (100 * $0.saving.p5).known }, decimals: 2),
      Column("saving_p50_percent", { (100 * $0.saving.p50).known }, decimals: 2),
      Column("saving_p95_percent", { (100 * $0.saving.p95).known }, decimals: 2),
    ] + chanceColumns(prefix: "chance_above")
      + [
        Column("factor_price_per_peak_percent", percent(\.pricePerPeak), decimals: 1),
        Column("factor_utilization_percent", percent(\.utilization), decimals: 1),
        Column("factor_goodput_percent", percent(\.goodput), decimals: 1),
        Column("factor_rest_percent", percent(\.rest), decimals: 1),
        Column("cost_difference_percent", percent(\.logarithm), decimals: 1),
      ]
  }

  /// The short form for a terminal.
  static func terminalColumns(currency: String) -> [Column<SavingRow>] {
    [
      Column("saving_of", \.fleet),
      Column("cost_M_\(currency)_p5", { ($0.cost.p5 / 1e6).known }, decimals: 2),
      Column("p50", { ($0.cost.p50 / 1e6).known }, decimals: 2),
      Column("p95", { ($0.cost.p95 / 1e6).known }, decimals: 2),
      Column("saving_%_p50", { (100 * $0.saving.p50).known }, decimals: 1),
    ] + chanceColumns(prefix: "chance")
  }

  private static func chanceColumns(prefix: String) -> [Column<SavingRow>] {
    shares.indices.map { index in
      Column("\(prefix)_\(Int(100 * shares[index]))_%", { 100 * $0.chances[index] }, decimals: 0)
    }
  }

  /// A logarithm of a ratio, in per cent: these add up where ratios multiply.
  private static func percent(
    _ part: @escaping @Sendable (CostDifference) -> Double
  ) -> @Sendable (SavingRow) -> Double? {
    { row in row.difference.map { 100 * part($0) } }
  }
}

/// How likely one fleet is cheaper than another: `chances.csv`.
struct ChanceRow: Sendable {
  var model: String
  var fleet: String
  var other: String
  /// The part of the draws.
  var chance: Double

  static let columns: [Column<ChanceRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("other", \.other),
    Column("chance_cheaper_percent", { 100 * $0.chance }, decimals: 1),
  ]
}

/// How much one input moves a result: `sensitivity.csv`, a tornado table.
struct SensitivityRow: Sendable {
  var model: String
  var fleet: String
  var result: String
  var file: String
  var key: String
  var index: Sensitivity

  static let columns: [Column<SensitivityRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("result", \.result),
    Column("file", \.file),
    Column("key", \.key),
    Column("first_order", \.index.firstOrder, decimals: 3),
    Column("first_order_error", \.index.firstOrderError, decimals: 3),
    Column("total", \.index.total, decimals: 3),
    Column("total_error", \.index.totalError, decimals: 3),
  ]
}

extension UncertaintyAnswer {
  var spreadRows: [SpreadRow] {
    entries.indices.flatMap { index in
      Quantity.allCases.compactMap { quantity in
        guard quantity != .unfinished || unfinished(entry: index) > 0 else { return nil }
        return spread(of: quantity, entry: index).map {
          SpreadRow(
            model: entries[index].model, fleet: entries[index].name,
            quantity: quantity.header, draws: draws, point: $0.point * quantity.scale,
            spread: $0.spread.scaled(by: quantity.scale))
        }
      }
    }
  }

  var savingRows: [SavingRow] {
    entries.indices.compactMap { index in
      guard let cost = spread(of: .cost, entry: index)?.spread,
        let saving = Spread(savings(entry: index))
      else { return nil }
      return SavingRow(
        model: entries[index].model, fleet: entries[index].name, cost: cost, saving: saving,
        chances: SavingRow.shares.map { probability(entry: index, savesMoreThan: $0) ?? 0 },
        difference: difference(entry: index))
    }
  }

  /// A row for each ordered pair of fleets and mixes that train one model and have a price.
  var chanceRows: [ChanceRow] {
    entries.indices.flatMap { index in
      entries.indices.compactMap { other in
        guard other != index, entries[other].model == entries[index].model else { return nil }
        return probability(entry: index, isCheaperThan: other).map {
          ChanceRow(
            model: entries[index].model, fleet: entries[index].name,
            other: entries[other].name, chance: $0)
        }
      }
    }
  }

  var sensitivityRows: [SensitivityRow] {
    entries.indices.flatMap { index -> [SensitivityRow] in
      let results = [
        ("cost", costSensitivities(entry: index)), ("saving", savingSensitivities(entry: index)),
      ]
      return results.flatMap { name, inputs in
        inputs.map {
          SensitivityRow(
            model: entries[index].model, fleet: entries[index].name, result: name,
            file: $0.input.file,
            key: $0.input.key, index: $0.index)
        }
      }
    }
  }
}

extension UncertaintyAnswer.Quantity {
  /// The name with its unit.
  fileprivate var header: String {
    switch self {
    case .cost: "cost"
    case .days: "duration_d"
    case .goodput: "goodput_percent"
    case .effectiveTime: "effective_time_percent"
    case .interruptions: "interruptions"
    case .energy: "energy_mwh"
    case .carbon: "carbon_t"
    case .deviceHours: "device_time_h"
    case .utilization: "mfu_causal_percent"
    case .unfinished: "unfinished_percent"
    }
  }

  fileprivate var scale: Double {
    switch self {
    case .cost, .days, .interruptions, .deviceHours: 1
    case .carbon: 1 / 1000
    case .goodput, .effectiveTime, .utilization, .unfinished: 100
    case .energy: 1 / 3.6e9
    }
  }
}

extension Double {
  /// Nil where runs that were given up leave it open.
  fileprivate var known: Double? { isFinite ? self : nil }
}

extension Spread {
  fileprivate func scaled(by factor: Double) -> Spread {
    Spread(mean: factor * mean, p5: factor * p5, p50: factor * p50, p95: factor * p95)
  }
}
