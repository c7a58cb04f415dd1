public import Calibration
import Numerics

/// The tables of a validation against published runs.
public struct RunReport: Sendable {
  let lines: [RunComparison]

  public init(_ lines: [RunComparison]) { self.lines = lines }

  /// One line a number, in the order of the file: what `validate --format csv` prints.
  public var plain: Table<RunComparison> {
    Table(columns: Self.plainColumns, rows: lines)
  }

  /// The same with what the prediction rests on.
  public var detailed: Table<RunComparison> {
    Table(columns: Self.plainColumns + Self.detailColumns, rows: lines)
  }

  /// Error statistics of speeds, by group.
  public var summary: Table<RunSummary> {
    Table(columns: Self.summaryColumns, rows: summaries(of: lines.filter { !$0.isMemory }))
  }

  /// The errors of rows that trained nothing by source and by tier: with the stacks as they are, and
  /// with those fitted without the source.
  public var leftOut: Table<RunSummary> {
    let groupings = ["untrained source", "untrained tier"]
    return Table(
      columns: Self.summaryColumns,
      rows: summary.rows.filter { groupings.contains($0.grouping) })
  }

  /// Error statistics of peak memory, by group.
  public var memory: Table<RunSummary> {
    Table(columns: Self.summaryColumns, rows: summaries(of: lines.filter(\.isMemory)))
  }

  /// How well the layouts of one model are ranked.
  public var rankings: Table<LayoutRanking> {
    Table(
      columns: [
        Column("source", \.series),
        Column("model", \.model),
        Column("device", \.device),
        Column("precision", \.precision),
        Column(count: "layouts", \.layouts),
        Column("rank_correlation", \.correlation, decimals: 3),
      ], rows: layoutRankings(of: lines))
  }

  /// How often a run was rightly or wrongly said to fit in memory.
  public var memoryVerdicts: Table<MemoryVerdictCount> {
    Table(
      columns: [Column("source", \.source)]
        + MemoryVerdict.allCases.map { verdict in
          Column(count: verdict.columnName, { $0.counts[verdict] ?? 0 })
        }, rows: Calibration.memoryVerdicts(of: lines))
  }

  /// The files of the report folder, by name.
  public var files: [(name: String, text: String)] {
    [
      ("runs.csv", detailed.csvText), ("summary.csv", summary.csvText),
      ("memory.csv", memory.csvText), ("rankings.csv", rankings.csvText),
      ("out-of-memory.csv", memoryVerdicts.csvText), ("worst.csv", worst.csvText),
      ("predicted-against-observed.svg", picture),
    ]
  }

  private static let plainColumns: [Column<RunComparison>] = [
    Column("id", \.label.id),
    Column("metric", \.label.metric),
    Column("unit", \.label.unit),
    Column("observed", { $0.label.observed }, decimals: 4),
    Column("predicted", \.predicted, decimals: 4),
    Column("relative_error", \.relativeError, decimals: 4),
    Column("lowest", { $0.interval?.lowest }, decimals: 4),
    Column("highest", { $0.interval?.highest }, decimals: 4),
    Column(count: "readings", \.readings),
    Column("status", \.status),
  ]

  private static let detailColumns: [Column<RunComparison>] = [
    Column("source", \.label.source),
    Column("model", \.label.model),
    Column("device", \.device),
    Column("stack", \.stack),
    Column("tier", \.label.tier),
    Column("training", { $0.training?.rawValue }),
    Column("memory_verdict", { $0.memoryVerdict?.rawValue }),
    Column("flops_convention", \.flops),
    Column("plan", { $0.plan?.summary }),
    Column("assumed", { $0.assumed.isEmpty ? nil : $0.assumed.joined(separator: "; ") }),
  ]

  private static let summaryColumns: [Column<RunSummary>] = [
    Column("grouping", \.grouping),
    Column("group", \.group),
    Column(count: "predicted", \.predicted),
    Column(count: "skipped", \.skipped),
    Column("median_error_percent", { $0.median.map { 100 * $0 } }, decimals: 1),
    Column("mean_error_percent", { $0.mean.map { 100 * $0 } }, decimals: 1),
    Column("p90_error_percent", { $0.p90.map { 100 * $0 } }, decimals: 1),
    Column("largest_error_percent", { $0.largest.map { 100 * $0 } }, decimals: 1),
    Column("bias_percent", { $0.bias.map { 100 * $0 } }, decimals: 1),
  ]
}

extension MemoryVerdict {
  fileprivate var columnName: String {
    switch self {
    case .fits: "fit_as_predicted"
    case .hit: "hits"
    case .miss: "misses"
    case .falseAlarm: "false_alarms"
    }
  }
}
