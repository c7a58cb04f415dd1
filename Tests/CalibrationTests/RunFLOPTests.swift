import Parallelism
import Testing
import Units
import Workload

@testable import Calibration

/// A dense model worked by hand: 2 layers, hidden 1,024, 8 heads of 128, plain network of 4,096,
/// 1,000 words, sequence 2,048.
///
/// ```
/// attention weights  4 · 1,024²              =  4,194,304 a layer
/// network            2 · 1,024 · 4,096       =  8,388,608 a layer
/// layers             2 · 12,582,912          = 25,165,824
/// output             1,024 · 1,000           =  1,024,000
/// full square        12 · 2 · 2,048 · 1,024  = 50,331,648
/// ```
@Suite("FLOP conventions")
struct RunFLOPTests {
  private let layers = 6.0 * 25_165_824
  private let output = 6.0 * 1_024_000
  private let square = 50_331_648.0

  private func work(_ changes: [String: String]) throws -> Double {
    let run = try RunFixtures.run(RunFixtures.dense, changes)
    return run.flops.workPerToken(of: run.model, sequenceLength: 2048).value
  }

  @Test("an unknown source counts weights, output and the full square of attention")
  func defaultConvention() throws {
    #expect(try work([:]) == layers + output + square)
  }

  @Test("recent Megatron counts the causal half, older Megatron the full square")
  func megatron() throws {
    let source = ["source": "NVIDIA-NeMo/Megatron-Bridge docs", "release": "2025-09"]
    #expect(try work(source) == layers + output + square / 2)
    let older = ["source": "NVIDIA/Megatron-LM README", "release": "2024-06"]
    #expect(try work(older) == layers + output + square)
  }

  @Test("arXiv 2104.04473 counts full recomputation, the output projection apart")
  func recomputationCounted() throws {
    // 96 B s l h² (1 + s/6h + V/16lh) per token of B s, with l = 2, h = 1024, s = 2048, V = 1000:
    // 96 · 2 · 1,048,576 · (1 + 2048/6144 + 1000/32768) = 268,435,456 + 6,144,000
    #expect(abs(try work(["source": "arXiv 2104.04473 Table 1"]) - 274_579_456) < 1)
  }

  @Test("FlagPerf counts 6 times the parameters in the model's name")
  func nominal() throws {
    let source = ["source": "FlagOpen/FlagPerf training", "active_params_B": "8.03"]
    #expect(try work(source.merging(["model": "Llama-3 8B"]) { $1 }) == 48e9)
    #expect(abs(try work(source.merging(["model": "Qwen1.5-MoE-A2.7B"]) { $1 }) - 16.2e9) < 1)
    #expect(abs(try work(source.merging(["model": "no size"]) { $1 }) - 48.18e9) < 1)
  }

  @Test("NVIDIA's benchmarks ignored key-value groups in Nemotron until April 2025")
  func groupsIgnored() throws {
    let source = ["source": "NVIDIA/dgxc-benchmarking", "model": "Nemotron-4 15B", "kv_heads": "2"]
    let grouped = layers - 6 * 2 * (2 * 1024 * 768)
    let old = try work(source.merging(["release": "2025-04"]) { $1 })
    let new = try work(source.merging(["release": "2025-05"]) { $1 })
    #expect(old == layers + output + square)
    #expect(new == grouped + output + square)
  }

  @Test("a metric's own words go before its source's habit")
  func metricSays() throws {
    let source = ["source": "arXiv 2505.09343", "unit": "% of 989", "value": "40"]
    let causal = try work(source.merging(["metric": "MFU (causal)"]) { $1 })
    let square = try work(source.merging(["metric": "MFU (non-causal)"]) { $1 })
    #expect(square - causal == self.square / 2)
    let weights = try work(
      source.merging(["metric": "MFU 6N", "active_params_B": "28.8"]) { $1 })
    #expect(weights == 6 * 28.8e9)
  }

  @Test("top-k and shared experts count, routers do not; a further-token module counts with them")
  func experts() throws {
    // 2 layers of attention 4 · 1,024², experts 3 · 1,024 · (2 · 512 + 256).
    let run = try RunFixtures.run(
      RunFixtures.experts, ["shared_experts": "1 (width 256)", "notes": "1 MTP layer"])
    let layer = 4_194_304.0 + 3 * 1024 * 1280
    let join = 2.0 * 1_048_576
    let expected = 6 * (3 * layer + join) + 2 * output + 3 * square / 2
    #expect(run.flops.workPerToken(of: run.model, sequenceLength: 2048).value == expected)
  }

  @Test("HFU adds the forward pass that recomputation repeats")
  func hardware() throws {
    let run = try RunFixtures.run()
    let hardware = {
      run.flops.hardwareWorkPerToken(of: run.model, sequenceLength: 2048, recompute: $0).value
    }
    #expect(hardware(.none) == layers + output + square)
    #expect(hardware(.full) == (layers + square) * 4 / 3 + output)
    #expect(hardware(.selective([.attention])) == layers + output + square * 4 / 3)
  }
}
