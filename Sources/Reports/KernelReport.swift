public import CSV
public import Calibration
import Units

/// A kernel table beside its predictions, for `validate --measurements`.
public enum KernelReport {
  /// The columns that the predictions add to the table's own.
  private static let added = ["predicted_us", "relative_error", "status"]

  /// Writes the table with its predictions as CSV, row by row, and returns the error statistics.
  ///
  /// Columns of these names that the table has already, as its own output would, are replaced.
  public static func writeCSV(
    of reader: CSVReader, _ validation: KernelValidation, to write: (String) throws -> Void
  ) throws -> KernelErrorSummary {
    var summary = KernelErrorSummary()
    var kept: [Int] = []
    try validation.forEachRow(of: reader) { columns, _ in
      kept = columns.indices.filter { !added.contains(columns[$0]) }
      try write(CSVWriter.line(kept.map { columns[$0] } + added))
    } row: { row in
      summary.add(row)
      let predicted = row.predicted.map { fixed($0 / .microsecond, decimals: 3) } ?? ""
      let error = row.relativeError.map { fixed($0, decimals: 4) } ?? ""
      try write(CSVWriter.line(kept.map { row.fields[$0] } + [predicted, error, row.status]))
    }
    return summary
  }

  /// The error statistics alone.
  public static func summary(
    of reader: CSVReader, _ validation: KernelValidation
  ) throws -> KernelErrorSummary {
    var summary = KernelErrorSummary()
    try validation.forEachRow(of: reader) { _, _ in
    } row: {
      summary.add($0)
    }
    return summary
  }

  /// Median, 90th percentile and bias of the errors, by device and precision.
  public static func table(_ summary: KernelErrorSummary) -> Table<KernelErrorSummary.Group> {
    Table(
      columns: [
        Column("device", \.device),
        Column("precision", \.precision),
        Column(count: "rows", \.rows),
        Column(count: "skipped", \.skipped),
        Column(count: "beyond_the_fit", \.continued),
        Column("median_error_percent", { $0.median.map { 100 * $0 } }, decimals: 1),
        Column("p90_error_percent", { $0.p90.map { 100 * $0 } }, decimals: 1),
        Column("bias_percent", { $0.bias.map { 100 * $0 } }, decimals: 1),
      ], rows: summary.groups)
  }
}
