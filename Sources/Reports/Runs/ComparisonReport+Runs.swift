import Planner
import TrainingRun

extension ComparisonReport {
  /// The files about whole runs, where the scenario asks for them.
  var runFiles: [(name: String, text: String)] {
    guard !comparison.goodputRows.isEmpty else { return stragglerFiles }
    return stragglerFiles + [
      ("runs.csv", runs.csvText),
      ("run-time.csv", Table(columns: RunTimeRow.columns, rows: comparison.runTimeRows).csvText),
      ("run-cost.csv", runCost.csvText),
      ("run-stops.csv", Table(columns: RunStopRow.columns, rows: comparison.runStopRows).csvText),
    ]
  }

  private var stragglerFiles: [(name: String, text: String)] {
    let rows = comparison.stragglerRows
    guard !rows.isEmpty else { return [] }
    return [("stragglers.csv", Table(columns: StragglerRow.columns, rows: rows).csvText)]
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
    guard !rows.isEmpty else { return stragglerText }
    let table = Table(columns: GoodputRow.terminalColumns(currency: currency), rows: rows)
    let remarks = rows.compactMap(\.unfinishedRemark).flatMap { wrap($0, to: 100) }
    return "\n" + table.terminalText() + remarks.map { $0 + "\n" }.joined() + stragglerText
  }

  private var stragglerText: String {
    let rows = comparison.stragglerRows
    guard let rates = rows.first?.study.fit.rates else { return "" }
    return
      "\nSteps a second beside stragglers fitted on \(rates.devices) devices, synchronous and with "
      + "\(rates.localSteps) local steps:\n"
      + Table(columns: StragglerRow.terminalColumns, rows: rows).terminalText()
  }
}
