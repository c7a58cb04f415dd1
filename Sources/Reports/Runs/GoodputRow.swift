import Hardware
import Planner
import TrainingRun
import Units
import Workload

/// The run of one model on one fleet or one mix of fleets, as `runs.csv` tells it.
public struct GoodputRow: Sendable {
  var model: String
  var fleet: String
  var answer: RunAnswer

  static func columns(currency: String) -> [Column<GoodputRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column("reliability", \.reliability),
      Column(count: "devices", \.devices),
      Column(count: "runs_drawn", \.answer.forecast.runs),
      Column("undisturbed_d", \.work, in: Seconds.day, decimals: 3),
      Column("duration_d", \.answer.duration, in: Seconds.day, decimals: 3),
      Column("duration_standard_error_d", \.durationError, in: Seconds.day, decimals: 5),
      Column("closed_form_d", \.answer.formula, in: Seconds.day, decimals: 3),
      Column("device_time_h", \.deviceTime, in: Seconds.hour, decimals: 0),
    ] + spread("goodput_percent", \.goodput, times: 100, decimals: 2)
      + spread("effective_time_percent", \.effectiveTime, times: 100, decimals: 2)
      + spread("interruptions", \.interruptions, times: 1, decimals: 1)
      + [
        Column("interval_min", \.answer.job?.interval, in: Seconds(60), decimals: 2),
        Column("best_interval_min", \.answer.optimum?.best, in: Seconds(60), decimals: 2),
        Column("young_interval_min", { $0.finite(\.young) }, in: Seconds(60), decimals: 2),
        Column("daly_interval_min", { $0.finite(\.daly) }, in: Seconds(60), decimals: 2),
        Column(
          "save_stall_s", \.answer.job?.conditions.checkpoint.stall, in: Seconds(1), decimals: 1),
        Column("save_s", \.answer.job?.conditions.checkpoint.persist, in: Seconds(1), decimals: 1),
        Column("unfinished_percent", { 100 * $0.answer.forecast.mean.unfinished }, decimals: 1),
        Column("energy_mwh", { $0.answer.bill?.energy?.total }, in: Joules(3.6e9), decimals: 1),
        Column("carbon_t", { ($0.answer.bill?.energy?.carbon).map { $0 / 1000 } }, decimals: 1),
        Column("cost_\(currency)", { $0.answer.bill?.total }, in: Money(1), decimals: 0),
      ]
  }

  private static func spread(
    _ name: String, _ spread: @escaping @Sendable (RunForecast) -> Spread, times factor: Double,
    decimals: Int
  ) -> [Column<GoodputRow>] {
    let of = { @Sendable (row: GoodputRow) in spread(row.answer.forecast) }
    return [
      Column("\(name)_mean", { factor * of($0).mean }, decimals: decimals),
      Column("\(name)_p5", { factor * of($0).p5 }, decimals: decimals),
      Column("\(name)_p50", { factor * of($0).p50 }, decimals: decimals),
      Column("\(name)_p95", { factor * of($0).p95 }, decimals: decimals),
    ]
  }

  /// The profiles of all pools, each once.
  private var reliability: String {
    var ids: [String] = []
    for pool in answer.jobs.flatMap(\.pools) where !ids.contains(pool.reliability.id) {
      ids.append(pool.reliability.id)
    }
    return ids.joined(separator: " ")
  }

  private var devices: Int { answer.jobs.reduce(0) { $0 + $1.devices } }

  private var work: Seconds { answer.jobs.reduce(.zero) { $0 + $1.work } }

  private var durationError: Seconds? { answer.duration.map { _ in answer.forecast.durationError } }

  /// Pools that take turns are held for their own turn.
  private var deviceTime: Seconds? {
    guard answer.duration != nil else { return nil }
    return zip(answer.jobs, answer.forecast.meanOfJobs).reduce(Seconds.zero) {
      $0 + $1.1.duration * Double($1.0.devices)
    }
  }

  /// An interval of a formula, which is infinite where nothing fails.
  private func finite(_ interval: (CheckpointOptimum) -> Seconds) -> Seconds? {
    let value = answer.optimum.map(interval)
    return value?.isFinite == true ? value : nil
  }

  /// What must be known of days and cost where runs were given up.
  var unfinishedRemark: String? {
    let part = answer.forecast.mean.unfinished
    guard part > 0 else { return nil }
    return
      "\(model) on \(fleet): \(fixed(100 * part, decimals: 1)) % of the runs were given up after a hundred "
      + "times their work, so that days and cost are not known."
  }

  /// The short form for a terminal.
  static func terminalColumns(currency: String) -> [Column<GoodputRow>] {
    [
      Column("run_on", \.fleet),
      Column("days", \.answer.duration, in: Seconds.day, decimals: 1),
      Column("goodput_%", { 100 * $0.answer.forecast.goodput.mean }, decimals: 1),
      Column("p5", { 100 * $0.answer.forecast.goodput.p5 }, decimals: 1),
      Column("p95", { 100 * $0.answer.forecast.goodput.p95 }, decimals: 1),
      Column("stops", { $0.answer.forecast.interruptions.mean }, decimals: 1),
      Column("save_every_min", \.answer.job?.interval, in: Seconds(60), decimals: 1),
      Column("k_device_h", \.deviceTime, in: 1000 * Seconds.hour, decimals: 0),
      Column("MWh", { $0.answer.bill?.energy?.total }, in: Joules(3.6e9), decimals: 0),
      Column("cost_M_\(currency)", { $0.answer.bill?.total }, in: Money(1e6), decimals: 2),
    ]
  }
}

extension Comparison {
  /// A row for each run that was drawn, in the order of the scenario: those of fleets, then those of mixes.
  var goodputRows: [GoodputRow] {
    entries.compactMap { entry in
      entry.run.map { GoodputRow(model: entry.model.id, fleet: entry.fleet.id, answer: $0) }
    }
      + mixes.compactMap { answer in
        answer.run.map { GoodputRow(model: answer.model.id, fleet: answer.mix.name, answer: $0) }
      }
  }
}
