import Hardware
import Planner
import TrainingRun
import Units
import Workload

/// A figure that somebody else printed, beside ours. It was no input.
public struct ReferenceRow: Sendable {
  var label: String
  var fleet: String?
  var tokens: Tokens
  var quoted: Money
  /// Our cost of as many tokens on the same fleet, where the figure names one.
  var ours: Money?
  var source: String

  static func columns(currency: String) -> [Column<ReferenceRow>] {
    [
      Column("label", \.label),
      Column("fleet", \.fleet),
      Column("tokens_t", \.tokens, in: Tokens.trillion, decimals: 2),
      Column("quoted_cost_\(currency)", \.quoted, in: Money(1), decimals: 0),
      Column("our_cost_\(currency)", \.ours, in: Money(1), decimals: 0),
      Column("difference_percent", { $0.difference.map { 100 * $0 } }, decimals: 2),
      Column("source", \.source),
    ]
  }

  /// Ours ÷ quoted − 1.
  var difference: Double? { ours.map { $0 / quoted - 1 } }
}

extension Comparison {
  var referenceRows: [ReferenceRow] {
    scenario.references.map { reference in
      ReferenceRow(
        label: reference.label, fleet: reference.fleet, tokens: reference.tokens,
        quoted: reference.cost, ours: cost(of: reference), source: reference.source)
    }
  }

  /// Our cost of a reference's tokens on its fleet, for the only model of a scenario: that of whole runs,
  /// where they were drawn to the last token, or else of undisturbed steps.
  private func cost(of reference: QuotedReference) -> Money? {
    guard scenario.models.count == 1,
      let entry = entries.first(where: { $0.fleet.id == reference.fleet }),
      case .found(let found) = entry.outcome
    else { return nil }
    if let run = entry.run, run.jobs[0].conditions.horizon == nil, let bill = run.bill {
      return bill.total * (reference.tokens / scenario.recipe.tokens)
    }
    return RunEstimate(step: found.step, fleet: entry.fleet, tokens: reference.tokens).cost
  }
}
