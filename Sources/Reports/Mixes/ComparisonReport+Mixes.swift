import CostModel
import Planner
import TrainingRun
import Units
import Workload

extension ComparisonReport {
  /// The files about fleets that train together, where the scenario asks for them.
  var mixFiles: [(name: String, text: String)] {
    guard !comparison.mixes.isEmpty else { return [] }
    return [(Self.mixFileNames[0], mixes.csvText), (Self.mixFileNames[1], pools.csvText)]
  }

  static let mixFileNames = ["mixes.csv", "mix-pools.csv"]

  /// What each mix takes, beside its cheapest pool alone.
  public var mixes: Table<MixRow> {
    Table(columns: MixRow.columns(currency: currency), rows: comparison.mixes.map(MixRow.init))
  }

  /// What each pool does in its mix.
  public var pools: Table<PoolRow> {
    Table(columns: PoolRow.columns(currency: currency), rows: poolRows)
  }

  private var poolRows: [PoolRow] {
    comparison.mixes.flatMap { answer -> [PoolRow] in
      guard case .found(let estimate) = answer.outcome else { return [] }
      return zip(estimate.pools, answer.alone).map { pool, entry in
        var row = PoolRow(model: answer.model.id, mix: answer.mix, pool: pool)
        if case .found(let found) = entry.outcome { row.alone = found }
        return row
      }
    }
  }

  /// The pools of each mix and a sentence about it, for a terminal.
  var mixText: String {
    guard !comparison.mixes.isEmpty else { return "" }
    let table = Table(columns: PoolRow.terminalColumns(currency: currency), rows: poolRows)
    let sentences = comparison.mixes.flatMap { wrap(sentence(MixRow($0)), to: 100) }
    return "\nFleets that train together:\n" + (poolRows.isEmpty ? "" : table.terminalText())
      + sentences.map { $0 + "\n" }.joined()
  }

  private func sentence(_ row: MixRow) -> String {
    let several = comparison.scenario.models.count > 1
    let name = (several ? "\(row.model), " : "") + "\(row.mix.name) (\(row.mix.sharing.word))"
    guard let estimate = row.estimate else { return "\(name): \(row.remark)" }
    var parts = [pace(estimate, row.quickest)]
    if let cost = estimate.cost {
      var part = "\(fixed(cost.value / 1e6, decimals: 2)) M \(comparison.scenario.currency)"
      if let cheapest = row.cheapest, let saving = row.saving {
        let percent = fixed(100 * abs(saving), decimals: 1)
        part += ", \(percent) % \(saving < 0 ? "more" : "less") than \(cheapest.fleet) alone"
      }
      parts.append(part)
    }
    let remark = row.remark.isEmpty ? "" : " \(row.remark)"
    return "\(name): \(parts.joined(separator: "; ")).\(remark)"
  }

  private func pace(_ estimate: MixEstimate, _ quickest: MixAnswer.Alone?) -> String {
    var days = "\(fixed(estimate.duration / Seconds.day, decimals: 1)) days"
    if let quickest {
      let least = fixed(quickest.run.duration / Seconds.day, decimals: 1)
      days += " (\(quickest.fleet) alone \(least))"
    }
    guard let step = estimate.step else {
      return
        "\(days), \(fixed(estimate.linkTime / Seconds.hour, decimals: 1)) h of them for transfers"
    }
    return "\(days), steps of \(fixed(step.time / Seconds(1), decimals: 2)) s "
      + "(\(fixed(step.balancedTime / Seconds(1), decimals: 2)) s if nothing were whole, "
      + "\(fixed(step.linkTime / Seconds(1), decimals: 2)) s for the link)"
  }
}
