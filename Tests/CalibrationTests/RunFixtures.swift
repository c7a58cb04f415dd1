import CSV
import Hardware
import Parallelism
import Units
import Workload

@testable import Calibration

/// Rows made by hand, from the few cells that a test is about.
enum RunFixtures {
  /// A dense model of 2 layers on 8 devices, everything stated, one step of 2 s.
  static let dense: [String: String] = [
    "id": "test-1", "source": "a test", "model": "Small", "layers": "2", "hidden": "1024",
    "ffn": "4096", "heads": "8", "kv_heads": "8", "head_dim": "128", "vocab": "1000",
    "ffn_kind": "plain", "seq_len": "2048", "global_batch": "64", "micro_batch": "1",
    "devices": "Ideal", "device_key": "ideal", "n_devices": "8", "stack": "megatron-core",
    "release": "2025-06", "precision": "bf16", "TP": "2", "PP": "2", "VPP": "1", "DP": "2",
    "CP": "1", "sequence_parallel": "yes", "recompute": "none",
    "opt_sharding": "distributed optimizer", "metric": "step time", "value": "2", "unit": "s",
    "tier": "A",
  ]

  /// The same with 16 experts of 512, two a token, on 8 expert-parallel ranks.
  static let experts = dense.merging([
    "experts": "16", "topk": "2", "moe_ffn": "512", "shared_experts": "0", "dense_layers": "0",
    "ffn_kind": "gated", "TP": "1", "PP": "1", "DP": "8", "EP": "8", "ETP": "1",
    "routing": "force-balanced", "ffn": "",
  ]) { $1 }

  /// A row with some cells changed; an empty text empties a cell.
  static func row(
    _ base: [String: String] = dense, _ changes: [String: String] = [:],
    models: [String: ModelArchitecture] = [:]
  ) -> PublishedRow {
    publishedRow(RunFields(base.merging(changes) { $1 }), line: 2) { models[$0] }
  }

  /// The run of a row that must be describable.
  static func run(
    _ base: [String: String] = dense, _ changes: [String: String] = [:],
    models: [String: ModelArchitecture] = [:]
  ) throws -> PublishedRun {
    try row(base, changes, models: models).content.get()
  }

  /// Why a row is skipped; nil where it is not.
  static func skip(
    _ base: [String: String] = dense, _ changes: [String: String] = [:]
  ) -> String? {
    if case .failure(let reason) = row(base, changes).content { "\(reason)" } else { nil }
  }
}
