import Hardware
import Planner
import TrainingRun
import Units
import Workload

extension ComparisonReport {
  /// What `run` prints: the question, a line for each model and fleet, remarks, quoted figures.
  public var terminalText: String {
    let scenario = comparison.scenario
    let table = Table(
      columns: FleetRow.terminalColumns(
        currency: currency, severalModels: scenario.models.count > 1,
        longerRun: scenario.totalTokens > scenario.recipe.tokens),
      rows: comparison.fleetRows)
    return heading + "\n" + table.terminalText() + mixText + runText + uncertaintyText + remarks
      + quotations
  }

  private var heading: String {
    let scenario = comparison.scenario
    let recipe = scenario.recipe
    let tokens = fixed(recipe.tokens / Tokens.trillion, decimals: 2)
    let models = scenario.models.map(\.name).joined(separator: ", ")
    var lines = wrap(scenario.title, to: 100)
    lines += wrap(
      "\(models): \(tokens) T tokens in \(recipe.precision.rawValue), sequences of "
        + "\(recipe.sequenceLength), \(recipe.globalBatch) a step. MFU counts causal attention.",
      to: 100)
    return lines.map { $0 + "\n" }.joined()
  }

  private var remarks: String {
    let rows = comparison.fleetRows.filter { !$0.remark.isEmpty }
    let lines = rows.flatMap { wrap("\($0.model) on \($0.fleet): \($0.remark)", to: 100) }
    return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
  }

  private var quotations: String {
    let rows = comparison.referenceRows
    guard !rows.isEmpty else { return "" }
    let lines = rows.flatMap { row in
      let quoted = fixed(row.quoted.value / 1e6, decimals: 2)
      let tokens = fixed(row.tokens / Tokens.trillion, decimals: 0)
      var text = "Quoted, not an input: \(row.label), \(quoted) M \(comparison.scenario.currency) "
      text += "for \(tokens) T tokens (\(row.source))"
      if let difference = row.difference {
        let sign = difference < 0 ? "" : "+"
        text += "; ours is \(sign)\(fixed(100 * difference, decimals: 1)) %"
      }
      return wrap(text + ".", to: 100)
    }
    return "\n" + lines.map { $0 + "\n" }.joined()
  }

  /// What `plan` prints: the best plans of each fleet, and remarks.
  public var planText: String {
    let table = Table(
      columns: PlanRow.terminalColumns(currency: currency), rows: comparison.planRows)
    return heading + "\n" + table.terminalText() + frontText + mixText + remarks
  }

  /// The plans that no other of their model beats both in cost and in time, over all fleets; none where
  /// one plan is all there is.
  private var frontText: String {
    let rows = comparison.frontRows
    guard rows.count > 1 else { return "" }
    let hasPrices = rows.contains { $0.run.cost != nil }
    let table = Table(
      columns: PlanRow.terminalFrontColumns(currency: currency, hasPrices: hasPrices), rows: rows)
    return "\nNo other plan is both \(hasPrices ? "cheaper" : "leaner") and quicker:\n"
      + table.terminalText()
  }
}
