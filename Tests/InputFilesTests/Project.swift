import Foundation
import Testing

@testable import InputFiles

/// A small project in a temporary folder, which is removed with the object.
final class Project {
  let root: String

  /// - Parameter changes: Files by path that are added to the well-formed ones, or replace them.
  init(_ changes: [String: String] = [:]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "steelyard-\(UUID())")
    root = folder.path
    for (path, text) in Self.files.merging(changes, uniquingKeysWith: { $1 }) {
      try write(text, to: path)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  func write(_ data: Data, to path: String) throws {
    let url = URL(fileURLWithPath: root).appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func catalog() throws -> Catalog { try Catalog(root: root) }

  func path(_ path: String) -> String { "\(root)/\(path)" }

  /// The faults of a file as the user reads them, with the temporary folder left out.
  func faults(of path: String) throws -> [String] {
    try catalog().check(self.path(path)).map {
      $0.description.replacingOccurrences(of: root + "/", with: "")
    }
  }

  /// The faults of the scenario file when its text is this.
  static func faults(scenario text: String) throws -> [String] {
    try Project([scenarioPath: text]).faults(of: scenarioPath)
  }

  static let scenarioPath = "scenarios/question.yaml"

  /// One well-formed file of each kind.
  static let files: [String: String] = [
    "hardware-profiles/devices/strong.yaml": device,
    "hardware-profiles/fabrics/switched.yaml": fabric,
    "hardware-profiles/software/kernels/strong.yaml": kernels,
    "hardware-profiles/software/stacks/framework.yaml": stack,
    "hardware-profiles/prices/list.yaml": prices,
    "hardware-profiles/prices/exchange-rates.yaml": exchangeRates,
    "hardware-profiles/reliability/mature.yaml": reliability,
    "hardware-profiles/sites/hub.yaml": site,
    "hardware-profiles/ownership/purchases.yaml": ownership,
    "hardware-profiles/export-rules/authority.yaml": rules,
    "hardware-profiles/fleets/strong.yaml": fleet,
    "hardware-profiles/fleets/other.yaml": fleet.replacing("Strong", with: "Other"),
    "scenarios/models/small.yaml": model,
    scenarioPath: scenario,
  ]

  static let device = """
    # What is the strong device?
    name: Strong 80 GB
    vendor: Maker
    family: Fast
    launched: 2022
    process: N4
    peak:
      bf16: {value: 989 TFLOP/s, kind: specified, source: datasheet}
      fp8: {value: 1979 TFLOP/s, kind: specified, source: datasheet}
      int8: {value: 1979 TOP/s, kind: specified, source: datasheet}
    memory:
      kind: HBM3
      capacity: {value: 80 GB, kind: specified, source: datasheet}
      bandwidth: {value: 3.35 TB/s, kind: measured, source: a benchmark, note: under load}
    compute_units: {value: 132, kind: specified, source: datasheet}
    power: {value: 700 W, kind: specified, source: datasheet}
    die_area: {value: 814 mm2, kind: specified, source: datasheet}
    export:
      total_processing_performance: {value: 15824, kind: derived, source: 8 x 1979}
      performance_density: {value: 19.4, kind: derived, source: 15824 / 814}
      status: controlled since 2022-10
    identity: probably what it says
    notes: [sources agree]
    """

  static let fabric = """
    name: Switched
    devices: [strong]
    scale_up:
      kind: switched
      bandwidth: {value: 450 GB/s, kind: specified, source: datasheet}
      latency: {value: 2 us, kind: estimated, source: a guess with a reason}
      domain: 8
    scale_out:
      kind: fat-tree
      bandwidth: {value: 400 Gb/s, kind: specified, source: datasheet}
      latency: {value: 5 us, kind: estimated, source: a guess with a reason}
      oversubscription: {value: 1, kind: specified, source: contract}
    notes: [none]
    """

  static let kernels = """
    name: Kernels of the strong device
    devices: [strong]
    kind: measured
    source: a kernel table
    matrix:
      bf16: {efficiency: 0.8, k_ramp: 120, tile_overhead: 30, split_cost: 3 us,
        bandwidth_efficiency: 0.8, launch: 4 us, blend: 4,
        quality: {points: 100, held_back_median: 0.07, held_back_p90: 0.24},
        correction: {axes: [{variable: rows, knots: [128, 4096]}], factors: [1.1, 0.9]}}
    grouped_matrix:
      bf16: {efficiency: 0.7, k_ramp: 120, row_tile: 64, bandwidth_efficiency: 0.8,
        launch: 6 us, per_expert: 0.1 us, blend: 4}
    attention: {efficiency: 0.6, sequence_ramp: 600, width_ramp: 20, wave_exponent: 0.4,
      bandwidth_efficiency: 0.5, launch: 5 us, backward_slowdown: 1.3}
    memory: {efficiency: 0.8, launch: 4 us}
    collectives:
      all_reduce: {protocols: [{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}],
        scale_out_efficiency: 0.8}
      all_gather: {protocols: [{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}],
        scale_out_efficiency: 0.8}
      reduce_scatter: {protocols: [{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}],
        scale_out_efficiency: 0.8}
      all_to_all: {protocols: [{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}],
        scale_out_efficiency: 0.8}
    exchange:
      dispatch: {launch: 10 us, scale_up_efficiency: 0.8, scale_out_efficiency: 0.7}
      combine: {launch: 10 us, scale_up_efficiency: 0.8, scale_out_efficiency: 0.7}
    """

  static let stack = """
    name: Framework, 2024
    covers: [{framework: framework, from: 2024-01, to: 2024-12}]
    overlap:
      tensor: {value: 0, kind: estimated, source: a reason}
      context: {value: 0.5, kind: estimated, source: a reason}
      expert: {value: 0, kind: estimated, source: a reason}
      pipeline: {value: 80 %, kind: estimated, source: a reason}
      gradient_reduction: {value: 0.8, kind: estimated, source: a reason}
      parameter_gather: {value: 0.8, kind: estimated, source: a reason}
      fully_sharded: {value: 1, kind: estimated, source: a reason}
    host:
      per_layer: {value: 20 us, kind: estimated, source: a reason}
      per_expert_layer: {value: 60 us, kind: estimated, source: a reason}
      per_local_expert: {value: 5 us, kind: estimated, source: a reason}
      per_collective: {value: 4 us, kind: estimated, source: a reason}
      per_step: {value: 100 ms, kind: estimated, source: a reason}
    memory:
      reserved: {value: 4 GiB, kind: estimated, source: a reason}
      fragmentation: {value: 5 %, kind: estimated, source: a reason}
      gradient_element: {value: 4 B, kind: specified, source: documentation}
    kernels:
      matrix_slowdown: {value: 1.05, kind: estimated, source: a reason}
      attention_slowdown: {value: 1.1, kind: estimated, source: a reason}
      elementwise_traffic: {value: 1.5, kind: estimated, source: a reason}
      fused_attention: true
      deduplicated_dispatch: false
      grouped_experts: true
    schedules: [1f1b]
    """

  static let prices = """
    name: A price list
    basis: rental-list
    date: 2025-03
    source: the provider's site
    prices:
      strong: {value: 2.5 USD/h, kind: specified, source: the provider's site}
    """

  static let exchangeRates = """
    name: Exchange rates
    rates:
      - {from: USD, to: RMB, date: 2024-01,
         rate: {value: 7.1, kind: specified, source: central bank}}
      - {from: USD, to: RMB, date: 2025-02,
         rate: {value: 7.2, kind: specified, source: central bank}}
    """

  static let fleet = """
    name: Strong fleet
    device: strong
    fabric: switched
    kernels: strong
    stack: framework
    price: list
    devices: 4096
    """

  static let model = """
    name: Small
    layers: 24
    hidden: 2048
    vocabulary: 126464
    attention: {kind: grouped, heads: 16, key_value_heads: 8, head_width: 128}
    feed_forward: {width: 5632, gated: true}
    experts: {count: 64, top_k: 4, width: 1408, shared_width: 2816, leading_dense_layers: 1}
    published: {total: 16.8 B, active: 2.75 B, active_convention: output-only, source: a report}
    """

  static let scenario = """
    # What does the small model cost?
    title: A question
    model: small
    training: {tokens: 1 T, sequence_length: 4096, global_batch: 8960, precision: bf16}
    fleets: [strong, {fleet: strong, name: half, devices: 2048}]
    devices: 1024
    plan: best
    baseline: strong
    total_tokens: 9 T
    deadline: 90 d
    reference:
      - {fleet: strong, cost: 6.35 M RMB, per: 1 T, source: a report}
      - {label: weaker devices, cost: 5 M USD, per: 1 T, date: 2024-02, source: a report}
    run:
      reliability: mature
      site: hub
      checkpoint: {interval: best, stall: 30 s, persist: 1 min, load: 2 min,
        memory: {interval: 1 min, stall: 0.2 s, load: 20 s}}
      spare_nodes: 8
      shortage: wait
      step_variation: 2 %
      stragglers: {probability: 0.1 %, slowdown: 20 %}
      local_steps: 1
      batch_ramp: {start: 2560, share: 5 %}
      loss_spikes: {rate: 0.1 /d, policy: skip, steps: 1}
      evaluation: 0.5 %
      horizon: 54 d
      runs: 10
      seed: 1
    uncertainty: {draws: 16, sensitivity: 4, sampling: sobol, seed: 1, runs: 1, chance: false}
    """

  static let reliability = """
    # How does the strong device fail?
    name: Mature
    groups: {node: 8, switch: 64, supernode: 64}
    causes:
      - name: device
        scope: device
        rate: {value: 4e-4 /d, kind: estimated, source: a reason, between: [2e-4, 8e-4]}
        weibull: {shape: 0.7, age: 100 d}
      - {name: maintenance, scope: job, planned: true,
        rate: {value: 1e-5 /d, kind: estimated, source: a reason},
        detection: {value: 1 min, kind: estimated, source: a reason}}
    recovery:
      detection: {value: 5 min, kind: estimated, source: a reason}
      restart: {value: 5 min, kind: estimated, source: a reason, between: [2, 10],
        distribution: lognormal}
      replacement: {value: 1 min, kind: estimated, source: a reason}
      repair: {value: 1 d, kind: estimated, source: a reason}
      manual_share: {value: 10 %, kind: estimated, source: a reason}
      manual_delay: {value: 1 h, kind: estimated, source: a reason, samples: [0.5, 1, 2]}
    slow_nodes:
      rate: {value: 1e-6 /d, kind: estimated, source: a reason}
      slowdown: {value: 10 %, kind: estimated, source: a reason}
      detection: {value: 1 d, kind: estimated, source: a reason}
    notes: [none]
    """

  static let site = """
    # What does energy cost at the hub?
    name: Hub
    electricity: {value: 0.5 RMB/kWh, date: 2025-06, kind: specified, source: a contract}
    pue: {value: 1.25, kind: estimated, source: a reason}
    carbon: {value: 0.58 kg/kWh, kind: specified, source: a table}
    staff: {value: 2 K RMB, date: 2025, kind: estimated, source: a reason, note: for a year}
    host_power_factor: {value: 1.45, kind: estimated, source: a reason}
    idle_power_share: {value: 30 %, kind: estimated, source: a reason}
    notes: [none]
    """

  static let rules = """
    # What may be sold to China?
    name: An authority
    rules:
      - name: rule of 2023
        announced: 2023-10-17
        from: 2023-11-17
        until: 2030-01-01
        destinations: [China, Macau]
        source: a gazette
        note: a note
        clauses:
          - name: 3A090.a
            verdict: denied
            data_center_only: true
            when: [{total_processing_performance: {at_least: 4800}}]
          - name: one device
            verdict: risk
            eases: false
            devices: [strong]
            when: [{memory_bandwidth: {below: 1400 GB/s}, performance_density: {at_least: 5.92}}]
    notes: [none]
    """

  static let ownership = """
    # What does the strong device cost?
    name: Purchases
    life: {value: 5 y, kind: estimated, source: a reason}
    residual: {value: 10 %, kind: estimated, source: a reason}
    facility_life: {value: 15 y, kind: estimated, source: a reason}
    occupancy: {value: 85 %, kind: estimated, source: a reason}
    devices:
      strong:
        device: {value: 28 K USD, date: 2024-02, kind: specified, source: a list}
        server: {value: 6 K USD, date: 2024-02, kind: specified, source: a list}
        network: {value: 8 K USD, date: 2024-02, kind: specified, source: a list}
        facility: {value: 12 K USD, date: 2024-02, kind: specified, source: a list}
    notes: [none]
    """
}

/// Holds found faults against wanted ones, and shows both where they differ.
func expect(
  _ found: [String], _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found == wanted, sourceLocation: sourceLocation)
}

/// A text with a name for test reports, which do not want all of it.
struct Sample: CustomTestStringConvertible {
  var text: String
  var testDescription: String

  init(_ name: String, _ text: String) {
    self.text = text
    testDescription = name
  }
}
