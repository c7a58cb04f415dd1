import CostModel
import Hardware
import Parallelism
import Planner
import TrainingRun
import Units
import Workload

/// One pool of a mix: `mix-pools.csv`. Costs and days are for the scenario's unit of tokens.
public struct PoolRow: Sendable {
  var model: String
  var mix: FleetMix
  var pool: PoolShare
  /// What the pool takes alone.
  var alone: Comparison.Found?

  static func columns(currency: String) -> [Column<PoolRow>] {
    [
      Column("model", \.model),
      Column("mix", \.mix.name),
      Column("as", \.mix.sharing.word),
      Column("pool", \.pool.fleet.id),
      Column("device", \.pool.fleet.device.id),
      Column(count: "devices", \.pool.fleet.size),
      Column("share_percent", { 100 * $0.pool.share }, decimals: 3),
      Column(count: "sequences", \.pool.work?.amount.sequences),
      Column(count: "micro_batches", \.pool.work?.amount.microBatches),
      Column("layers", \.pool.work?.amount.layers),
      Column("tokens_t", \.pool.work?.amount.tokens, in: Tokens.trillion, decimals: 4),
      Column("plan", { $0.pool.work?.plan.summary }),
      Column("step_own_s", { $0.isOfSteps ? $0.pool.work?.own : nil }, in: Seconds(1), decimals: 4),
      Column(
        "step_wait_s", { $0.isOfSteps ? $0.pool.work?.wait : nil }, in: Seconds(1), decimals: 4),
      Column(
        "training_d", { $0.isOfSteps ? nil : $0.pool.work?.own }, in: Seconds.day, decimals: 3),
      Column("transfer_h", \.pool.work?.amount.transfer, in: Seconds.hour, decimals: 3),
      Column("peak_memory_gb", \.pool.work?.memory.total, in: Bytes.GB, decimals: 2),
      Column("memory_gb", \.pool.fleet.device.memoryCapacity.value, in: Bytes.GB, decimals: 0),
      Column("device_time_h", \.pool.deviceTime, in: Seconds.hour, decimals: 0),
      Column("cost_\(currency)", \.pool.cost, in: Money(1), decimals: 0),
      Column("alone_duration_d", \.alone?.run.duration, in: Seconds.day, decimals: 3),
      Column("alone_cost_\(currency)", \.alone?.run.cost, in: Money(1), decimals: 0),
      Column("price", { $0.pool.fleet.price?.quoted }),
    ]
  }

  /// Whether times are those of a step.
  private var isOfSteps: Bool {
    if case .phases = mix.sharing { false } else { true }
  }

  /// The short form for a terminal.
  static func terminalColumns(currency: String) -> [Column<PoolRow>] {
    [
      Column("mix", \.mix.name),
      Column("pool", \.pool.fleet.id),
      Column(count: "devices", \.pool.fleet.size),
      Column("share_%", { 100 * $0.pool.share }, decimals: 1),
      Column("does", { $0.pool.work?.amount.words ?? "nothing" }),
      Column("waits_s", { $0.isOfSteps ? $0.pool.work?.wait : nil }, in: Seconds(1), decimals: 2),
      Column("GB", \.pool.work?.memory.total, in: Bytes.GB, decimals: 0),
      Column("cost_M_\(currency)", \.pool.cost, in: Money(1e6), decimals: 2),
      Column("alone_M_\(currency)", \.alone?.run.cost, in: Money(1e6), decimals: 2),
    ]
  }
}

extension PoolShare.Amount {
  var sequences: Int? {
    if case .sequences(let sequences, _) = self { sequences } else { nil }
  }

  var microBatches: Int? {
    if case .sequences(_, let microBatches) = self { microBatches } else { nil }
  }

  /// The layers of each stage, equal ones that follow each other as `3x12`.
  var layers: String? {
    guard case .layers(let stages) = self else { return nil }
    var runs: [(count: Int, layers: Int)] = []
    for layers in stages {
      if runs.last?.layers == layers {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((1, layers))
      }
    }
    return runs.map { $0.count > 1 ? "\($0.count)x\($0.layers)" : "\($0.layers)" }
      .joined(separator: " ")
  }

  var tokens: Tokens? {
    if case .tokens(let tokens, _) = self { tokens } else { nil }
  }

  var transfer: Seconds? {
    if case .tokens(_, let transfer) = self { transfer } else { nil }
  }

  fileprivate var words: String {
    switch self {
    case .sequences(let sequences, let microBatches):
      "\(sequences) sequences, \(microBatches) micro-batches"
    case .layers: "layers \(layers ?? "")"
    case .tokens(let tokens, _): "\(fixed(tokens / Tokens.trillion, decimals: 2)) T tokens"
    }
  }
}
