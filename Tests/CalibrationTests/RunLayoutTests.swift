import Parallelism
import Testing
import Workload

@testable import Calibration

@Suite("Layouts and recipes from rows")
struct RunLayoutTests {
  private func run(
    _ changes: [String: String], base: [String: String] = RunFixtures.dense
  ) throws -> PublishedRun {
    try RunFixtures.run(base, changes)
  }

  private func plan(
    _ changes: [String: String], base: [String: String] = RunFixtures.dense
  ) throws -> ParallelPlan {
    try #require(try run(changes, base: base).readings.first).plan
  }

  @Test("a row that states everything means one layout, and nothing is assumed")
  func complete() throws {
    let run = try run([:])
    #expect(run.assumed.isEmpty)
    #expect(
      run.readings.map(\.plan) == [
        ParallelPlan(
          tensor: 2, pipeline: 2, data: 2, microBatch: 1, sequenceParallel: true,
          sharding: .optimizer, recompute: .none)
      ])
    #expect(run.readings.first?.recipe.globalBatch == 64)
    #expect(run.readings.first?.batchScale == 1)
  }

  @Test("an axis that is left out is what the others leave")
  func derivedAxes() throws {
    #expect(try plan(["DP": ""]).data == 2)
    #expect(try plan(["TP": ""]).tensor == 2)
    #expect(try plan(["PP": ""]).pipeline == 2)
    let data = try plan(["TP": "", "PP": "", "DP": "8"])
    #expect(data.tensor * data.pipeline == 1)
    #expect(try run(["TP": "", "PP": "", "DP": ""]).readings.isEmpty)
    #expect(try run(["n_devices": "", "metric": "MFU", "unit": "%"]).hardware.count == 8)
  }

  @Test("axes that do not make the devices are mended or refused")
  func mismatch() throws {
    #expect(try plan(["DP": "4"]).data == 2)
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["TP": "16"])
        == "the layout needs 32 devices, the row has 8")
    let odd = try run(["n_devices": "9"])
    #expect(odd.readings.first?.plan.ranks == 8)
    #expect(odd.assumed.contains("8 of 9 devices in use"))
  }

  @Test("recomputation that is left out is read from none to full")
  func recompute() throws {
    let left = try run(["recompute": "", "release": "2022-06"])
    #expect(
      left.readings.map(\.plan.recompute) == [
        .none, .selective([.activations]), .selective([.attention, .activations]), .full,
      ])
    // Attention that is one kernel is not repeated; the weights are numbers of recipes.
    let fused = try run(["recompute": "", "release": "2024-06", "stack": "megatron-core"])
    #expect(
      fused.readings.map(\.plan.recompute) == [.none, .selective([.activations]), .full])
    #expect(fused.readings.map(\.weight) == [77, 51, 7])
    let experts = try run(
      ["recompute": "", "release": "2024-06", "stack": "megatron-core"], base: RunFixtures.experts)
    #expect(
      experts.readings.map(\.plan.recompute).contains(.selective([.activations, .experts])))
    let words: [(String, Recompute)] = [
      ("full", .full), ("full uniform 1", .full), ("none presumed", .none),
      ("selective", .selective([.attention])),
      ("activation recompute on (selective)", .selective([.attention])),
      ("selective: moe", .selective([.experts])), ("norm, act", .selective([.activations])),
      ("RMSNorm and MLA up-projection", .selective([.activations, .upProjections])),
      ("mla_up_proj, mlp, moe", .selective([.experts, .upProjections])), ("block 30 layers", .full),
    ]
    for (text, expected) in words {
      #expect(try plan(["recompute": text]).recompute == expected, "\(text)")
    }
    // One layer on each of two stages: a block of one is all of it. Four a stage: a quarter.
    #expect(try plan(["recompute": "full, 1 layers (block)"]).recompute == .full)
    #expect(
      try plan(["recompute": "full, 1 layers (block)", "layers": "8"]).recompute == .share(0.25))
  }

  @Test("sharding is read from the field's words")
  func sharding() throws {
    let words: [(String, OptimizerSharding)] = [
      ("distributed optimizer (ZeRO-1)", .optimizer), ("FSDP full shard (ZeRO-3)", .weights),
      ("FSDP 32x8 inside, 1 replicas", .weights), ("ZeRO-2", .optimizer), ("ZeRO", .optimizer),
      ("none", .none), ("none stated", .none), ("", .optimizer),
    ]
    for (text, expected) in words {
      #expect(try plan(["opt_sharding": text]).sharding == expected, "\(text)")
    }
    #expect(try plan(["opt_sharding": "", "release": "2021-04"]).sharding == .none)
    let noted = ["notes": "FSDP, no pipeline", "PP": "1", "DP": "4"]
    #expect(try plan(noted).sharding == .weights)
    // The rows above have two stages, which keep gradients whole; one stage shares them out.
    let alone = ["opt_sharding": "ZeRO-2", "PP": "1", "DP": "4"]
    #expect(try plan(alone).sharding == .gradients)
  }

  @Test("sequence parallelism that is left out follows the age of the framework")
  func sequenceParallel() throws {
    #expect(try plan(["sequence_parallel": ""]).sequenceParallel)
    #expect(try !plan(["sequence_parallel": "", "release": "2021-04"]).sequenceParallel)
    #expect(try !plan(["sequence_parallel": "", "stack": "megatron-deepspeed"]).sequenceParallel)
    #expect(try !plan(["sequence_parallel": "no"]).sequenceParallel)
  }

  @Test("modern Megatron interleaves four stages or more, in any equal cut where a row is silent")
  func virtualStages() throws {
    func cuts(_ changes: [String: String]) throws -> [Int] {
      try run(changes).readings.map(\.plan.virtualStages)
    }
    // 8 layers a stage are cut in 2, 4 or 8.
    let deep = ["VPP": "", "PP": "4", "TP": "1", "layers": "32", "release": "2025-04"]
    #expect(try cuts(deep) == [2, 4, 8])
    // Of rows that print them, 16 have chunks of 4 layers, 35 of 2 and 11 of 1.
    #expect(try run(deep).readings.map(\.weight) == [16, 35, 11])
    #expect(try cuts(deep.merging(["stack": "megatron-deepspeed"]) { $1 }) == [1])
    #expect(try cuts(["VPP": ""]) == [1])
    let said = ["VPP": "", "notes": "interleaved 1F1B", "release": "2021-04", "layers": "6"]
    #expect(try cuts(said) == [3])
    // 63 micro-batches do not come in groups of 2.
    #expect(try cuts(["VPP": "2", "layers": "8", "global_batch": "126"]) == [1])
  }

  @Test(
    "a micro-batch that is left out is any that divides, as often as rows that print one have it")
  func microBatch() throws {
    // 64 sequences over 2 data-parallel ranks.
    let split = try run(["micro_batch": ""])
    #expect(split.readings.map(\.plan.microBatch) == [1, 2, 4, 8])
    #expect(split.readings.map(\.weight) == [156, 19, 9, 1])
    #expect(split.assumed.contains("micro_batch 1/2/4/8"))
    // 6 sequences over 2 ranks: 3 a rank.
    let odd = try run(["micro_batch": "", "global_batch": "6"])
    #expect(odd.readings.map(\.plan.microBatch) == [1])
  }

  @Test("expert parallelism that is left out is 1, and its tensor part follows TP")
  func expertAxes() throws {
    let base = RunFixtures.experts
    #expect(try plan([:], base: base).expert == 8)
    let silent = try plan(["EP": "not stated", "ETP": "", "TP": "2", "DP": "4"], base: base)
    #expect(silent.expert == 1)
    #expect(silent.expertTensor == 2)
    let folded = ["EP": "4", "ETP": "", "TP": "2", "DP": "4", "release": "2025-06"]
    #expect(try plan(folded, base: base).expertTensor == 1)
    #expect(
      try plan(folded.merging(["release": "2024-06"]) { $1 }, base: base).expertTensor == 2)
  }

  @Test("a batch that is left out is from a quarter to 16 million tokens, and fills the pipeline")
  func batch() throws {
    func batches(_ changes: [String: String]) throws -> [Int] {
      try run(changes).readings.map(\.recipe.globalBatch)
    }
    // Sequences of 2,048 tokens.
    #expect(try batches(["global_batch": ""]) == [128, 512, 2048, 8192])
    // Four micro-batches for each of 2 stages and 1,024 pipelines are 8,192 sequences.
    #expect(
      try batches(["global_batch": "", "n_devices": "4096", "DP": "1024"]) == [8192])
    #expect(try run(["global_batch": "2304 to 9216"]).recipe.globalBatch == 9216)
    #expect(try run(["global_batch": "44 (GAS 44)"]).recipe.globalBatch == 44)
    #expect(try run(["seq_len": "32K"]).recipe.sequenceLength == 32_768)
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["global_batch": "4M tokens"])
        == "global_batch: '4M tokens' cannot be read")
  }

  @Test("precisions are read from the field's words")
  func precision() throws {
    let words: [(String, TrainingPrecision)] = [
      ("bf16 (recalled)", .bf16), ("amp bf16", .bf16), ("amp", .fp16), ("fp8-cs (fp8-mx)", .fp8),
      ("fp8 current scaling (not printed per row)", .fp8), ("mxfp8", .fp8Block),
      ("fp8 (block 1x128 / 128x128)", .fp8Block), ("bf16 or fp8 not stated", .bf16),
      ("bf16+fp8", .fp8), ("fp32", .tf32), ("", .bf16), ("bf16/fp16", .bf16),
      ("nvfp4", .fp4Block),
    ]
    for (text, expected) in words {
      #expect(try run(["precision": text]).recipe.precision == expected, "\(text)")
    }
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["precision": "int8"])
        == "precision 'int8' is not one that the model covers")
  }

  @Test("a row that names a schedule runs it where its micro-batches allow")
  func schedules() throws {
    // 64 sequences over 2 data ranks: 32 micro-batches for 2 stages.
    func schedule(_ notes: String, batch: String = "64") throws -> ScheduleKind {
      try plan(["notes": notes, "global_batch": batch]).schedule
    }
    #expect(try schedule("") == .oneForwardOneBackward)
    #expect(try schedule("DualPipe") == .dualPipe)
    #expect(try schedule("zero bubble") == .zeroBubble)
    #expect(try schedule("DualPipe", batch: "6") == .oneForwardOneBackward)
    #expect(try plan(["stack": "deepseek"]).schedule == .dualPipe)
  }

  @Test("routing is read from the field's words")
  func routing() throws {
    let words: [(String, RoutingLoad)] = [
      ("token drop, capacity factor 1", .capacity(factor: 1, padded: false)),
      ("capacity factor 1.2", .capacity(factor: 1.2, padded: false)),
      (
        "capacity factor 1 with padding: exactly balanced", .capacity(factor: 1, padded: true)
      ),
      ("force-balanced, dropless", .balanced),
      ("dropless, natural routing", .dirichlet(concentration: 8)),
      ("dropless, aux-loss-free bias", .balanced), ("", .balanced),
    ]
    for (text, expected) in words {
      let run = try run(["routing": text], base: RunFixtures.experts)
      #expect(run.recipe.routing == expected, "\(text)")
    }
  }
}
