import Planner

extension ComparisonReport {
  /// The files about uncertain inputs, where the scenario has some.
  var uncertaintyFiles: [(name: String, text: String)] {
    guard let uncertainty else { return [] }
    let savings = Table(
      columns: SavingRow.columns(currency: currency), rows: uncertainty.savingRows)
    return [
      ("uncertainty.csv", Table(columns: SpreadRow.columns, rows: uncertainty.spreadRows).csvText),
      ("savings.csv", savings.csvText),
      ("chances.csv", Table(columns: ChanceRow.columns, rows: uncertainty.chanceRows).csvText),
      (
        "sensitivity.csv",
        Table(columns: SensitivityRow.columns, rows: uncertainty.sensitivityRows).csvText
      ),
    ]
  }

  private func unfinished(in uncertainty: UncertaintyAnswer) -> String {
    let lines = uncertainty.entries.indices.flatMap { index -> [String] in
      let part = uncertainty.unfinished(entry: index)
      guard part > 0 else { return [] }
      let entry = uncertainty.entries[index]
      return wrap(
        "\(entry.model) on \(entry.name): \(fixed(100 * part, decimals: 1)) % of the runs were given up. "
          + "Their draws count as dearer and longer than all others.", to: 100)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The table of savings for a terminal.
  var uncertaintyText: String {
    guard let uncertainty, !uncertainty.savingRows.isEmpty else { return "" }
    let table = Table(
      columns: SavingRow.terminalColumns(currency: currency), rows: uncertainty.savingRows)
    let refused = uncertainty.refused
    let note = refused > 0 ? "; \(refused) more left out, whose values do not go together" : ""
    let draws =
      "\nUncertain inputs, \(uncertainty.draws) draws of \(uncertainty.inputCount)\(note):\n"
    return draws + table.terminalText() + unfinished(in: uncertainty)
  }
}
