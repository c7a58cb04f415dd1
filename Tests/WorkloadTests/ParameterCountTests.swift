import Testing
import Workload

/// A model so small that its weights can be counted by hand.
private func tinyModel(
  layers: Int = 3, attention: Attention? = nil, feedForward: FeedForward? = nil,
  experts: ExpertLayer? = nil, tied: Bool = false, positions: Int = 0, multiToken: Int = 0
) -> ModelArchitecture {
  ModelArchitecture(
    id: "tiny", name: "Tiny", layers: layers, hidden: 8, vocabulary: 10, tiedEmbeddings: tied,
    learnedPositions: positions,
    attention: attention
      ?? .grouped(GroupedQueryAttention(heads: 4, keyValueHeads: 2, headWidth: 2)),
    feedForward: feedForward ?? FeedForward(width: 16, gated: true),
    experts: experts, multiTokenLayers: multiToken)
}

@Suite("Parameters of a layer")
struct LayerParameterTests {
  @Test("grouped attention holds query, key, value and output projections")
  func grouped() {
    // Query and output 8 · (4 · 2) each; key and value 8 · (2 · 2) each: 64 + 64 + 32 + 32.
    let attention = GroupedQueryAttention(heads: 4, keyValueHeads: 2, headWidth: 2)
    #expect(Attention.grouped(attention).parameters(hidden: 8) == 192)
  }

  @Test("biases of query, key and value add one weight per output")
  func groupedBiases() {
    // 192 as above, and 4 · 2 + 2 · 2 + 2 · 2 biases.
    let attention = GroupedQueryAttention(heads: 4, keyValueHeads: 2, headWidth: 2, biases: true)
    #expect(Attention.grouped(attention).parameters(hidden: 8) == 192 + 16)
  }

  @Test("latent attention holds its compressions, their norms, expansions and output")
  func latent() {
    // Query: 8 · 6 down, 6 norm, 6 · 2 · (3 + 1) up = 48 + 6 + 48 = 102.
    // Key and value: 8 · (5 + 1) down, 5 norm, 5 · 2 · (3 + 4) up = 48 + 5 + 70 = 123.
    // Output: 2 · 4 · 8 = 64.
    let attention = LatentAttention(
      heads: 2, queryRank: 6, keyValueRank: 5, positionFreeWidth: 3, positionWidth: 1,
      valueWidth: 4)
    #expect(Attention.latent(attention).parameters(hidden: 8) == 102 + 123 + 64)
  }

  @Test("an uncompressed query is one projection")
  func latentWithoutQueryRank() {
    // The query is 8 · 2 · (3 + 1) = 64 in place of 102.
    let attention = LatentAttention(
      heads: 2, queryRank: nil, keyValueRank: 5, positionFreeWidth: 3, positionWidth: 1,
      valueWidth: 4)
    #expect(Attention.latent(attention).parameters(hidden: 8) == 64 + 123 + 64)
  }

  @Test("a gated network has three matrices, a plain one two and a bias for each output")
  func feedForward() {
    #expect(FeedForward(width: 16, gated: true).parameters(hidden: 8) == 3 * 8 * 16)
    #expect(FeedForward(width: 16, gated: false).parameters(hidden: 8) == 2 * 8 * 16)
    // One bias for each of the 16 inner and 8 outer outputs.
    #expect(
      FeedForward(width: 16, gated: false, biases: true).parameters(hidden: 8)
        == 2 * 8 * 16 + 16 + 8)
  }

  @Test("an expert layer holds its experts, its router, its shared experts and their gate")
  func expertLayer() {
    // 4 experts of 3 · 8 · 5 = 120; router 8 · 4; shared 3 · 8 · 7 = 168; gate 8.
    let experts = ExpertLayer(count: 4, topK: 2, width: 5, sharedWidth: 7, sharedGate: true)
    #expect(experts.parametersPerExpert(hidden: 8) == 120)
    #expect(experts.sharedParameters(hidden: 8) == 168 + 8)
    #expect(experts.parameters(hidden: 8) == 480 + 32 + 176)
  }
}

@Suite("Parameters of a model")
struct ModelParameterTests {
  @Test("the parts of a dense model add up to its total, and all of it is active")
  func dense() {
    let count = tinyModel().parameterCount
    #expect(count.embedding == 80)
    #expect(count.output == 80)
    #expect(count.attention == 3 * 192)
    #expect(count.denseFeedForward == 3 * 384)
    #expect(count.norms == (2 * 3 + 1) * 8)
    #expect(count.total == 80 + 80 + 576 + 1152 + 56)
    #expect(count.active(.bothEmbeddings) == count.total)
  }

  @Test("the three conventions of active weights differ by the embeddings they count")
  func conventions() {
    let count = tinyModel(positions: 5).parameterCount
    // Embedding (10 + 5) · 8, output 10 · 8.
    #expect(count.active(.outputOnly) - count.active(.noEmbeddings) == 80)
    #expect(count.active(.bothEmbeddings) - count.active(.outputOnly) == 120)
  }

  @Test("tied embeddings are counted once, yet a token multiplies the output projection")
  func tied() {
    let free = tinyModel().parameterCount
    let tied = tinyModel(tied: true).parameterCount
    #expect(free.total - tied.total == 80)
    #expect(tied.output == 0)
    #expect(tied.active(.bothEmbeddings) == tied.total)
    #expect(tied.active(.outputOnly) == tied.active(.noEmbeddings) + 80)
  }

  @Test("experts stand behind the leading dense layers, and a token visits top-k of them")
  func experts() {
    // Layers 1 and 2 of 3 hold 4 experts of 120 weights; a token visits 2 of them.
    let layer = ExpertLayer(count: 4, topK: 2, width: 5, sharedWidth: 7, leadingDenseLayers: 1)
    let count = tinyModel(experts: layer).parameterCount
    #expect(count.denseFeedForward == 384)
    #expect(count.routedExperts == 2 * 480)
    #expect(count.activeRoutedExperts == 2 * 240)
    #expect(count.sharedExperts == 2 * 168)
    #expect(count.routers == 2 * 32)
    #expect(count.total - count.active(.bothEmbeddings) == 2 * 240)
  }

  @Test("a period of two puts experts in every second layer")
  func period() {
    // Layers 1 and 3 of 4.
    let layer = ExpertLayer(count: 4, topK: 2, width: 5, period: 2)
    let count = tinyModel(layers: 4, experts: layer).parameterCount
    #expect(count.routedExperts == 2 * 480)
    #expect(count.denseFeedForward == 2 * 384)
  }

  @Test("a token that visits every expert touches every weight")
  func allExperts() {
    let layer = ExpertLayer(count: 4, topK: 4, width: 5, sharedWidth: 7)
    let count = tinyModel(experts: layer).parameterCount
    #expect(count.active(.bothEmbeddings) == count.total)
  }

  @Test("multi-token modules are kept apart from the total")
  func multiToken() {
    let layer = ExpertLayer(count: 4, topK: 2, width: 5, leadingDenseLayers: 1)
    let without = tinyModel(experts: layer).parameterCount
    let with = tinyModel(experts: layer, multiToken: 2).parameterCount
    #expect(with.total == without.total)
    // Attention 192, two norms 16, join 2 · 64, three norms 24, experts 480, router 32.
    #expect(with.multiToken == 2 * (192 + 16 + 128 + 24 + 480 + 32))
    // In a dense model the module's network is dense: 384 in place of 512.
    #expect(tinyModel(multiToken: 1).parameterCount.multiToken == 192 + 16 + 128 + 24 + 384)
  }

  @Test("DeepSeek-V3's multi-token module has the 11.5 B weights that its makers state")
  func deepSeekModule() {
    // deepseek-ai/DeepSeek-V3, README_WEIGHTS.md: 11.5B unique parameters. Ours is 11.61 B.
    let model = ModelArchitecture(
      id: "deepseek-v3", name: "DeepSeek-V3", layers: 61, hidden: 7168, vocabulary: 129_280,
      tiedEmbeddings: false,
      attention: .latent(
        LatentAttention(
          heads: 128, queryRank: 1536, keyValueRank: 512, positionFreeWidth: 128,
          positionWidth: 64, valueWidth: 128)),
      feedForward: FeedForward(width: 18432, gated: true),
      experts: ExpertLayer(
        count: 256, topK: 8, width: 2048, sharedWidth: 2048, leadingDenseLayers: 3),
      multiTokenLayers: 1)
    #expect(abs(Double(model.parameterCount.multiToken) / 11.5e9 - 1) < 0.01)
  }
}
