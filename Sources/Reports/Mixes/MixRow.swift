import CostModel
import Hardware
import Planner
import TrainingRun
import Units
import Workload

/// Pools that train one model together, in a line: `mixes.csv`. Costs and days without a prefix are for the
/// scenario's unit of tokens.
public struct MixRow: Sendable {
  var model: String
  var mix: FleetMix
  /// Absent where the pools cannot do it together.
  var estimate: MixEstimate?
  var remark: String
  /// The pools that are cheapest and quickest alone.
  var cheapest: MixAnswer.Alone?
  var quickest: MixAnswer.Alone?

  init(_ answer: MixAnswer) {
    model = answer.model.id
    mix = answer.mix
    cheapest = answer.cheapestAlone
    quickest = answer.quickestAlone
    switch answer.outcome {
    case .found(let found):
      estimate = found
      let idle = found.pools.filter { $0.work == nil }.map(\.fleet.id)
      remark = idle.isEmpty ? "" : "Better without \(idle.joined(separator: ", "))."
    case .impossible(let fault): remark = fault.words
    }
  }

  /// 1 − cost of the mix ÷ cost of the cheapest pool alone.
  var saving: Double? {
    guard let cost = estimate?.cost, let least = cheapest?.run.cost else { return nil }
    return 1 - cost / least
  }

  static func columns(currency: String) -> [Column<MixRow>] {
    [
      Column("model", \.model),
      Column("mix", \.mix.name),
      Column("as", \.mix.sharing.word),
      Column("pools", { $0.mix.pools.joined(separator: " ") }),
      Column("status", { $0.estimate == nil ? "impossible" : "found" }),
      Column("step_time_s", \.estimate?.step?.time, in: Seconds(1), decimals: 4),
      Column("balanced_step_time_s", \.estimate?.step?.balancedTime, in: Seconds(1), decimals: 4),
      Column("link_time_per_step_s", \.estimate?.step?.linkTime, in: Seconds(1), decimals: 4),
      Column(
        "mfu_causal_percent", { $0.estimate?.step.map { 100 * $0.modelUtilization } }, decimals: 2),
      Column("duration_d", \.estimate?.duration, in: Seconds.day, decimals: 3),
      Column("link_time_d", \.estimate?.linkTime, in: Seconds.day, decimals: 3),
      Column("cost_\(currency)", \.estimate?.cost, in: Money(1), decimals: 0),
      Column("total_duration_d", \.estimate?.totalDuration, in: Seconds.day, decimals: 2),
      Column("total_cost_\(currency)", \.estimate?.totalCost, in: Money(1), decimals: 0),
      Column("cheapest_alone", { $0.cheapest?.fleet }),
      Column("cheapest_alone_cost_\(currency)", \.cheapest?.run.cost, in: Money(1), decimals: 0),
      Column("saving_percent", { $0.saving.map { 100 * $0 } }, decimals: 2),
      Column("quickest_alone", { $0.quickest?.fleet }),
      Column("quickest_alone_duration_d", \.quickest?.run.duration, in: Seconds.day, decimals: 3),
      Column("remark", { $0.remark.isEmpty ? nil : $0.remark }),
    ]
  }
}

extension FleetMix.Sharing {
  /// As it is written in a scenario.
  var word: String {
    switch self {
    case .replicas: "replicas"
    case .stages: "stages"
    case .phases: "phases"
    }
  }
}

extension MixFault {
  var words: String {
    switch self {
    case .noReplica(let fleet): "\(fleet) alone has no layout that holds the model."
    case .shardedOverPools:
      "ZeRO-2 and ZeRO-3 over several pools need a link; each pool then shards for itself."
    case .noStages:
      "No layout of plain 1F1B puts whole stages on each pool and fits in memory. The devices of each pool "
        + "must be a multiple of tensor, context and data ranks."
    case .barred(let fleet, let barrier): "\(fleet): \(barrier.remark)"
    case .cannotRun(let fault): fault.description
    case .noLink: "A pool has no network between its domains. Give the mix a link."
    case .tooFewTokens(let allowed, let all):
      "The pools may train on \(fixed(allowed / Tokens.trillion, decimals: 2)) T of "
        + "\(fixed(all / Tokens.trillion, decimals: 2)) T tokens."
    case .tooSlow(let quickest, let deadline):
      "The quickest split takes \(fixed(quickest / Seconds.day, decimals: 1)) days, "
        + "\(fixed(quickest / deadline, decimals: 2)) times the deadline."
    }
  }
}
