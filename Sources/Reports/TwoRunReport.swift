public import Calibration
import Hardware

/// How far two runs bring each stack, for `calibrate --runs --check-two`.
public enum TwoRunReport {
  public static func table(_ lines: [TwoRunCheck.Line]) -> Table<TwoRunCheck.Line> {
    Table(
      columns: [
        Column("stack", \.stack),
        Column(count: "runs", \.runs),
        Column("prior_median_percent", { 100 * $0.prior.median }, decimals: 1),
        Column("prior_p90_percent", { 100 * $0.prior.p90 }, decimals: 1),
        Column("two_runs_median_percent", { 100 * $0.calibrated.median }, decimals: 1),
        Column("two_runs_p90_percent", { 100 * $0.calibrated.p90 }, decimals: 1),
        Column(count: "pairs", \.pairs),
      ], rows: lines)
  }
}
