public import Calibration
import MoEKernel
import Numerics
import Units

/// Measured parts and steps of this machine beside what its fitted profile predicts.
public struct HostValidationReport: Sendable {
  /// One row a measured pass.
  public let rows: Table<HostComparison>
  /// Errors by part, and of all.
  public let summary: Table<HostErrorRow>

  public init(_ comparisons: [HostComparison]) {
    rows = Table(
      columns: HostPartTable.shapeColumns(\.measured) + [
        Column("measured_ms", \.measured.time, in: .millisecond, decimals: 3),
        Column("analytical_ms", \.predicted.analytical, in: .millisecond, decimals: 3),
        Column("simulated_ms", \.predicted.simulated, in: .millisecond, decimals: 3),
        Column("analytical_error_percent", { 100 * $0.analyticalError }, decimals: 1),
        Column("simulated_error_percent", { 100 * $0.simulatedError }, decimals: 1),
      ], rows: comparisons)
    let parts = MeasuredShape.Part.allCases.compactMap { part -> HostErrorRow? in
      HostErrorRow(part.rawValue, comparisons.filter { $0.measured.shape.part == part })
    }
    summary = Table(
      columns: [
        Column("part", \.part), Column(count: "passes", \.passes),
        Column("median_error_percent", \.median, decimals: 1),
        Column("p90_error_percent", \.p90, decimals: 1),
        Column("bias_percent", \.bias, decimals: 1),
        Column("simulated_median_percent", \.simulatedMedian, decimals: 1),
        Column("simulated_p90_percent", \.simulatedP90, decimals: 1),
      ], rows: parts + [HostErrorRow("all", comparisons)].compactMap(\.self))
  }

  /// What `validate --host` prints.
  public var terminalText: String {
    let columns: [Column<HostComparison>] = [
      Column("shape", \.measured.shape.key), Column("pass", \.measured.pass.rawValue),
      Column("measured_ms", \.measured.time, in: .millisecond, decimals: 2),
      Column("predicted_ms", \.predicted.analytical, in: .millisecond, decimals: 2),
      Column("error_%", { 100 * $0.analyticalError }, decimals: 1),
      Column("simulated_%", { 100 * $0.simulatedError }, decimals: 1),
    ]
    return Table(columns: columns, rows: rows.rows).terminalText() + "\n" + summary.terminalText()
  }
}

/// The errors of one kind of part, in per cent of the measured time.
public struct HostErrorRow: Sendable {
  var part: String
  var passes: Int
  /// Of |predicted ÷ measured − 1|.
  var median: Double
  var p90: Double
  /// Median of predicted ÷ measured − 1.
  var bias: Double
  var simulatedMedian: Double
  var simulatedP90: Double

  fileprivate init?(_ part: String, _ comparisons: [HostComparison]) {
    guard !comparisons.isEmpty else { return nil }
    let at = { (share: Double, error: (HostComparison) -> Double) in
      100 * (quantile(comparisons.map(error), share) ?? 0)
    }
    self.part = part
    passes = comparisons.count
    median = at(0.5) { abs($0.analyticalError) }
    p90 = at(0.9) { abs($0.analyticalError) }
    bias = at(0.5) { $0.analyticalError }
    simulatedMedian = at(0.5) { abs($0.simulatedError) }
    simulatedP90 = at(0.9) { abs($0.simulatedError) }
  }
}
