import Hardware
import Planner
import TrainingRun
import Units
import Workload

/// One part of the time of a run: `run-time.csv`. The parts add up to its duration.
public struct RunTimeRow: Sendable {
  var model: String
  var fleet: String
  var part: String
  var time: Seconds
  var share: Double

  static let columns: [Column<RunTimeRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("part", \.part),
    Column("mean_time_h", \.time, in: Seconds.hour, decimals: 4),
    Column("share_percent", { 100 * $0.share }, decimals: 4),
  ]
}

/// One line of the bill of a run: `run-cost.csv`. The lines add up to its cost.
public struct RunCostRow: Sendable {
  var model: String
  var fleet: String
  var item: CostItem
  var total: Money
  var reached: Money

  static func columns(currency: String) -> [Column<RunCostRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column("item", \.item.name),
      Column("amount_\(currency)", \.item.amount, in: Money(1), decimals: 2),
      Column("running_total_\(currency)", \.reached, in: Money(1), decimals: 2),
      Column("share_percent", { 100 * ($0.item.amount / $0.total) }, decimals: 3),
      Column("price", \.item.quoted),
      Column("price_date", \.item.date),
    ]
  }
}

/// Stops of one cause in a run: `run-stops.csv`.
public struct RunStopRow: Sendable {
  var model: String
  var fleet: String
  var cause: String
  var scope: String
  var isPlanned: Bool
  var stops: Double

  static let columns: [Column<RunStopRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("cause", \.cause),
    Column("scope", \.scope),
    Column("planned", { $0.isPlanned ? "yes" : "no" }),
    Column("mean_stops", \.stops, decimals: 2),
  ]
}

extension Comparison {
  var runTimeRows: [RunTimeRow] {
    goodputRows.flatMap { row in
      let mean = row.answer.forecast.mean
      return RunPart.allCases.map { part in
        RunTimeRow(
          model: row.model, fleet: row.fleet, part: part.name, time: mean[part],
          share: mean[part] / mean.duration)
      }
    }
  }

  var runCostRows: [RunCostRow] {
    goodputRows.flatMap { row -> [RunCostRow] in
      guard let bill = row.answer.bill else { return [] }
      var reached = Money.zero
      return bill.items.map { item in
        reached += item.amount
        return RunCostRow(
          model: row.model, fleet: row.fleet, item: item, total: bill.total, reached: reached)
      }
    }
  }

  var runStopRows: [RunStopRow] {
    goodputRows.flatMap { row in
      let causes = row.answer.jobs.flatMap { job in
        job.causes.map { (pool: job.pools[$0.pool].name, cause: $0.cause) }
      }
      return zip(causes, row.answer.forecast.mean.stops).map { struck, stops in
        let (pool, cause) = struck
        return RunStopRow(
          model: row.model, fleet: row.fleet,
          cause: pool.map { "\($0): \(cause.name)" } ?? cause.name,
          scope: cause.scope.rawValue, isPlanned: cause.isPlanned, stops: stops)
      }
    }
  }
}
