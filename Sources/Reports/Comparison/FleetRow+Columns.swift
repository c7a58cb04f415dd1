import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units

extension FleetRow {
  /// `fleets.csv`. Times and money of `run_` columns are for the scenario's unit of tokens, those
  /// of `total_` columns for all its tokens.
  static func columns(currency: String) -> [Column<FleetRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column("device", \.device),
      Column(count: "devices", \.devices),
      Column("status", \.status),
      Column("plan", \.plan),
      Column("step_time_s", \.step?.stepTime, in: Seconds(1), decimals: 4),
      Column(
        "throughput_tokens_per_s", \.step?.throughput, in: TokensPerSecond(1), decimals: 0),
      Column("mfu_causal_percent", { $0.step.map { 100 * $0.modelUtilization } }, decimals: 2),
      Column("hfu_causal_percent", { $0.step.map { 100 * $0.hardwareUtilization } }, decimals: 2),
      Column("peak_memory_gb", \.step?.peakMemory.total, in: Bytes.GB, decimals: 2),
    ] + runColumns("run", \.run, currency: currency)
      + [Column("saving_percent", { $0.saving.map { 100 * $0 } }, decimals: 2)]
      + runColumns("total", \.total, currency: currency)
      + [
        Column("price", { $0.price?.quoted }),
        Column("price_basis", { $0.price?.basis.rawValue }),
        Column("price_date", { $0.price?.date }),
        Column(count: "plans_evaluated", \.evaluated),
        Column("remark", { $0.remark.isEmpty ? nil : $0.remark }),
      ]
  }

  private static func runColumns(
    _ prefix: String, _ run: @escaping @Sendable (FleetRow) -> RunEstimate?, currency: String
  ) -> [Column<FleetRow>] {
    [
      Column("\(prefix)_tokens_t", { run($0)?.tokens }, in: Tokens.trillion, decimals: 2),
      Column("\(prefix)_duration_d", { run($0)?.duration }, in: Seconds.day, decimals: 2),
      Column("\(prefix)_device_time_h", { run($0)?.deviceTime }, in: Seconds.hour, decimals: 0),
      Column("\(prefix)_cost_\(currency)", { run($0)?.cost }, in: Money(1), decimals: 0),
    ]
  }

  /// The short form for a terminal, in units that fit a line.
  static func terminalColumns(
    currency: String, severalModels: Bool, longerRun: Bool
  ) -> [Column<FleetRow>] {
    let name = Column<FleetRow>(severalModels ? "model_fleet" : "fleet") { row in
      severalModels ? "\(row.model) \(row.fleet)" : row.fleet
    }
    let total = Column<FleetRow>(
      "total_M_\(currency)", \.total?.cost, in: Money(1e6), decimals: 1)
    return [name] + [
      Column(count: "devices", \.devices),
      Column("plan", { $0.plan ?? $0.status }),
      Column("step_s", \.step?.stepTime, in: Seconds(1), decimals: 2),
      Column("M_tokens/s", \.step?.throughput, in: TokensPerSecond(1e6), decimals: 2),
      Column("MFU_%", { $0.step.map { 100 * $0.modelUtilization } }, decimals: 1),
      Column("days", \.run?.duration, in: Seconds.day, decimals: 1),
      Column("k_device_h", \.run?.deviceTime, in: 1000 * Seconds.hour, decimals: 0),
      Column("cost_M_\(currency)", \.run?.cost, in: Money(1e6), decimals: 2),
      Column("saving_%", { $0.saving.map { 100 * $0 } }, decimals: 1),
    ] + (longerRun ? [total] : [])
  }
}
