import Planner

extension ComparisonReport {
  /// The files about whole runs, where the scenario asks for them.
  var runFiles: [(name: String, text: String)] {
    guard !comparison.goodputRows.isEmpty else { return [] }
    return [
      ("runs.csv", runs.csvText),
      ("run-time.csv", Table(columns: RunTimeRow.columns, rows: comparison.runTimeRows).csvText),
      ("run-cost.csv", runCost.csvText),
      ("run-stops.csv", Table(columns: RunStopRow.columns, rows: comparison.runStopRows).csvText),
    ]
  }

  /// Goodput, days and money of each run.
  public var runs: Table<GoodputRow> {
    Table(columns: GoodputRow.columns(currency: currency), rows: comparison.goodputRows)
  }

  private var runCost: Table<RunCostRow> {
    Table(columns: RunCostRow.columns(currency: currency), rows: comparison.runCostRows)
  }

  /// The table of runs for a terminal.
  var runText: String {
    let rows = comparison.goodputRows
    guard !rows.isEmpty else { return "" }
    return "\n"
      + Table(columns: GoodputRow.terminalColumns(currency: currency), rows: rows).terminalText()
  }
}
