public import CostModel
import Hardware
import Planner
import Units
import Workload

/// One part of the step time of a model on a fleet.
public struct BreakdownRow: Sendable {
  var model: String
  var fleet: String
  var part: String
  var time: Seconds
  var share: Double

  static let columns: [Column<BreakdownRow>] = [
    Column("model", \.model),
    Column("fleet", \.fleet),
    Column("part", \.part),
    Column("time_s", \.time, in: Seconds(1), decimals: 6),
    Column("share_percent", { 100 * $0.share }, decimals: 3),
  ]
}

extension Comparison {
  /// For each model and fleet the parts of its best plan's step. They add up to it.
  var breakdownRows: [BreakdownRow] {
    entries.flatMap { entry -> [BreakdownRow] in
      guard let step = entry.outcome.bestEstimate else { return [] }
      let row = { (part: String, time: Seconds) in
        BreakdownRow(
          model: entry.model.id, fleet: entry.fleet.id, part: part, time: time,
          share: time / step.stepTime)
      }
      return StepBreakdown.Part.allCases.map { row($0.reportName, step.breakdown[$0]) }
    }
  }
}

extension StepBreakdown.Part {
  /// The part as reports and columns name it.
  public var reportName: String {
    switch self {
    case .idealCompute: "ideal_compute"
    case .kernelInefficiency: "kernel_inefficiency"
    case .memoryBound: "memory_bound"
    case .recompute: "recompute"
    case .tensorCommunication: "exposed_tensor"
    case .expertCommunication: "exposed_expert"
    case .contextCommunication: "exposed_context"
    case .pipelineCommunication: "exposed_pipeline"
    case .dataCommunication: "exposed_data"
    case .expertImbalance: "expert_imbalance"
    case .bubble: "bubble"
    case .optimizer: "optimizer"
    case .hostOverhead: "host_overhead"
    }
  }
}
