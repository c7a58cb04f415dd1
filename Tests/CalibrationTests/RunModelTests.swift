import Fixtures
import Testing
import Workload

@testable import Calibration

@Suite("Architectures from rows")
struct RunModelTests {
  private func model(
    _ changes: [String: String], base: [String: String] = RunFixtures.experts,
    models: [String: ModelArchitecture] = [:]
  ) throws -> ModelArchitecture {
    try RunFixtures.run(base, changes, models: models).model
  }

  private static let latentFile = ModelArchitecture(
    id: "file", name: "File", layers: 61, hidden: 7168, vocabulary: 129_280,
    tiedEmbeddings: false,
    attention: .latent(
      LatentAttention(
        heads: 128, queryRank: nil, keyValueRank: 256, positionFreeWidth: 64, positionWidth: 32,
        valueWidth: 96)),
    feedForward: FeedForward(width: 18_432, gated: true),
    experts: ExpertLayer(
      count: 256, topK: 8, width: 2048, sharedWidth: 2048, leadingDenseLayers: 3, groupLimit: 4),
    multiTokenLayers: 1)

  @Test("the row's own columns make the model")
  func ownColumns() throws {
    let model = try model(["shared_experts": "2", "dense_layers": "1", "ffn": "3000"])
    #expect(model.layers == 2)
    #expect(model.feedForward == FeedForward(width: 3000, gated: true))
    let experts = try #require(model.experts)
    #expect(
      experts
        == ExpertLayer(
          count: 16, topK: 2, width: 512, sharedWidth: 1024, leadingDenseLayers: 1))
  }

  @Test("a width in parentheses is that of all shared experts together")
  func sharedWidth() throws {
    #expect(try model(["shared_experts": "1 (width 20480)"]).experts?.sharedWidth == 20_480)
    #expect(try model(["shared_experts": "4 (width 5632)"]).experts?.sharedWidth == 5632)
  }

  @Test("latent attention takes its ranks from the model file, and its heads from the row")
  func latentFromFile() throws {
    let model = try model(
      ["kv_heads": "MLA", "model_key": "file", "heads": "16"], models: ["file": Self.latentFile])
    guard case .latent(let attention) = model.attention else {
      Issue.record("latent attention expected")
      return
    }
    #expect(attention.heads == 16)
    #expect(attention.queryRank == nil)
    #expect(attention.keyValueRank == 256)
    #expect(model.experts?.groupLimit == 4)
    #expect(model.multiTokenLayers == 1)
  }

  @Test("latent attention without a file has DeepSeek-V3's ranks, and the row says so")
  func latentAssumed() throws {
    let run = try RunFixtures.run(RunFixtures.experts, ["kv_heads": "MLA"])
    #expect(
      run.model.attention
        == .latent(
          LatentAttention(
            heads: 8, queryRank: 1536, keyValueRank: 512, positionFreeWidth: 128,
            positionWidth: 64, valueWidth: 128)))
    #expect(run.assumed.contains { $0.contains("DeepSeek-V3's ranks") })
  }

  @Test("a key with sizes behind it finds the file, for details but not for the main shapes")
  func longKey() throws {
    let files = ["file": Self.latentFile]
    let run = try RunFixtures.run(
      RunFixtures.experts, ["model_key": "file-671b-a37b"], models: files)
    #expect(run.model.multiTokenLayers == 1)
    #expect(run.model.layers == 2)
    let empty = RunFixtures.experts.merging(["layers": "", "model_key": "file-671b-a37b"]) { $1 }
    #expect(RunFixtures.skip(empty) == "the row does not state layers")
  }

  @Test("a row without shapes takes them from the file that its key names")
  func shapesFromFile() throws {
    let bare = [
      "layers": "", "hidden": "", "ffn": "", "heads": "", "kv_heads": "", "head_dim": "",
      "experts": "", "topk": "", "moe_ffn": "", "shared_experts": "", "dense_layers": "",
      "vocab": "", "model_key": "file", "EP": "8", "TP": "1", "DP": "8",
    ]
    let model = try model(bare, models: ["file": Self.latentFile])
    #expect(model.layers == 61)
    #expect(model.attention == Self.latentFile.attention)
    #expect(model.experts?.leadingDenseLayers == 3)
    #expect(model.vocabulary == 129_280)
  }

  @Test("half of all layers dense means that every second one holds experts")
  func alternating() throws {
    let half = try model(["layers": "48", "dense_layers": "24"])
    #expect(half.experts?.period == 2)
    #expect(half.expertLayers == 24)
    let said = try model(["layers": "24", "notes": "MoE every other layer"])
    #expect(said.expertLayers == 12)
  }

  @Test("the row's words on further-token modules go before the file's")
  func multiToken() throws {
    let files = ["file": Self.latentFile]
    let key = ["model_key": "file"]
    let count = { (notes: String) in
      try model(key.merging(["notes": notes]) { $1 }, models: files).multiTokenLayers
    }
    #expect(try count("NeMo 25.11; w/o MTP; recompute not printed") == 0)
    #expect(try count("w/ MTP") == 1)
    #expect(try count("2 MTP layers") == 2)
    #expect(try count("") == 1)
  }

  @Test("what a row leaves out is a reason to skip it, or an assumption that is noted")
  func missing() throws {
    #expect(RunFixtures.skip(RunFixtures.dense, ["hidden": ""]) == "the row does not state hidden")
    #expect(RunFixtures.skip(RunFixtures.experts, ["topk": ""]) == "the row does not state topk")
    #expect(
      RunFixtures.skip(RunFixtures.experts, ["moe_ffn": ""]) == "the row does not state moe_ffn")
    let run = try RunFixtures.run(
      RunFixtures.dense, ["vocab": "", "heads": "", "kv_heads": "", "head_dim": "", "ffn": ""])
    #expect(run.model.vocabulary == 51_200)
    #expect(run.model.attention.heads == 8)
    #expect(run.model.feedForward.width == 4096)
    #expect(run.assumed.count == 3)
  }

  @Test("shapes beyond any model's are skipped, whatever overflows")
  func absurd() {
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["layers": "1e15"])
        == "layers: 1000000000000000 does not lie from 1 to 2000")
    let huge = [
      "layers": "2000", "hidden": "4000000", "heads": "4000000", "kv_heads": "4000000",
      "head_dim": "4000000", "ffn": "4000000",
    ]
    #expect(RunFixtures.skip(RunFixtures.dense, huge)?.contains("more than any model") == true)
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["layers": "2.5"]) == "layers: '2.5' cannot be read")
    #expect(
      RunFixtures.skip(RunFixtures.dense, ["layers": "-4"])
        == "layers: -4 does not lie from 1 to 2000")
  }
}
