public import Calibration
import CostModel
import Units

extension RunReport {
  /// The ten rows that are furthest off, with the parts of each step in seconds.
  public var worst: Table<RunComparison> {
    Table(columns: Self.worstColumns + Self.partColumns, rows: worstRuns(of: lines))
  }

  /// All rows with a measured number and what is behind the prediction of each: the parts of its step
  /// and its memory. Rows without a prediction say why.
  public var residuals: Table<RunComparison> {
    Table(
      columns: Self.worstColumns + [
        Column("predicted_over_observed", \.ratio, decimals: 4),
        Column("status", \.status),
        Column("allocated_gb", { $0.step?.allocated }, in: Bytes.GB, decimals: 2),
        Column("shown_gb", { $0.step?.shown }, in: Bytes.GB, decimals: 2),
      ] + Self.partColumns, rows: lines)
  }

  /// The same for a terminal: the largest parts in words.
  var worstInWords: Table<RunComparison> {
    Table(
      columns: [
        Column("id", \.label.id),
        Column("tier", \.label.tier),
        Column("training", { $0.training?.rawValue }),
        Column("error_percent", { $0.relativeError.map { 100 * $0 } }, decimals: 0),
        Column("plan", { $0.plan?.summary }),
        Column("where the time goes", { $0.breakdown?.largestParts(4) }),
      ], rows: worstRuns(of: lines))
  }

  private static let worstColumns: [Column<RunComparison>] = [
    Column("id", \.label.id),
    Column("model", \.label.model),
    Column("device", \.device),
    Column("stack", \.stack),
    Column("tier", \.label.tier),
    Column("training", { $0.training?.rawValue }),
    Column("metric", \.label.metric),
    Column("unit", \.label.unit),
    Column("observed", { $0.label.observed }, decimals: 4),
    Column("predicted", \.predicted, decimals: 4),
    Column("relative_error", \.relativeError, decimals: 4),
    Column("plan", { $0.plan?.summary }),
    Column("step_s", { $0.breakdown?.total }, in: Seconds(1), decimals: 4),
  ]

  private static let partColumns = StepBreakdown.Part.allCases.map { part in
    Column<RunComparison>(
      "\(part.reportName)_s", { $0.breakdown?[part] }, in: Seconds(1), decimals: 4)
  }
}

extension StepBreakdown {
  /// Such as `ideal_compute 41 %, bubble 20 %`, the largest first.
  fileprivate func largestParts(_ count: Int) -> String {
    let parts = Part.allCases.sorted { self[$0] > self[$1] }.prefix(count)
    return parts.filter { self[$0] > .zero }.map { part in
      "\(part.reportName) \(fixed(100 * (self[part] / total), decimals: 0)) %"
    }.joined(separator: ", ")
  }
}
