import Testing
import Workload

@testable import InputFiles

/// What a model's makers print about its size, in billions of parameters.
struct PublishedModel: CustomTestStringConvertible, Sendable {
  var id: String
  var total: Double
  var active: Double?
  var convention: ActiveConvention

  var testDescription: String { id }

  init(_ id: String, _ total: Double, _ active: Double?, _ convention: ActiveConvention) {
    self.id = id
    self.total = total
    self.active = active
    self.convention = convention
  }
}

@Suite("Shipped models against their published sizes")
struct PublishedModelsTests {
  /// The figures as printed; `docs/models.md` tells where, and which weights "active" counts.
  static let published: [PublishedModel] = [
    PublishedModel("ling-plus", 290, 28.8, .bothEmbeddings),
    PublishedModel("ling-lite", 16.8, 2.75, .bothEmbeddings),
    PublishedModel("ling-mini-2.0", 16.26, 1.43, .bothEmbeddings),
    PublishedModel("ling-flash-2.0", 103, 6.1, .bothEmbeddings),
    PublishedModel("ling-1t", 1000, 51.0, .bothEmbeddings),
    PublishedModel("qwen2.5-72b", 72.7, 70.0, .noEmbeddings),
    PublishedModel("deepseek-v2", 236, 21, .outputOnly),
    PublishedModel("deepseek-v2.5", 236, 21, .outputOnly),
    PublishedModel("deepseek-v3", 671, 36.6, .outputOnly),
    PublishedModel("mixtral-8x7b", 46.7, 12.9, .bothEmbeddings),
    PublishedModel("mixtral-8x22b", 141, 39, .bothEmbeddings),
    PublishedModel("qwen3-30b-a3b", 30.5, 3.3, .bothEmbeddings),
    PublishedModel("qwen3-235b-a22b", 235, 22, .bothEmbeddings),
    PublishedModel("qwen2-57b-a14b", 57.4, 14.2, .bothEmbeddings),
    PublishedModel("grok-1", 314, nil, .bothEmbeddings),
    PublishedModel("kimi-k2", 1026.5, 32.6, .bothEmbeddings),
    PublishedModel("llama-3-8b", 8, 8, .bothEmbeddings),
    PublishedModel("llama-3-70b", 70, 70, .bothEmbeddings),
    PublishedModel("llama-3-405b", 405, 405, .bothEmbeddings),
    PublishedModel("gpt-3-175b", 175.0, 175.0, .bothEmbeddings),
    PublishedModel("gpt-oss-120b", 116.8, 5.13, .outputOnly),
  ]

  /// A printed figure that no way of counting reaches within 1 %, with our count beside it.
  static let cutFigures = ["qwen3-30b-a3b": 3.353]

  private func model(_ id: String) throws -> ModelArchitecture {
    try #require(shippedCatalog().models.load(id)?.value)
  }

  @Test("total weights are within 1 % of the published figure", arguments: published)
  func total(of expected: PublishedModel) throws {
    let ours = Double(try model(expected.id).parameterCount.total) / 1e9
    #expect(abs(ours / expected.total - 1) < 0.01, "\(ours) B against \(expected.total) B")
  }

  @Test("active weights are within 1 % of the published figure", arguments: published)
  func active(of expected: PublishedModel) throws {
    guard let figure = expected.active else { return }
    let count = try model(expected.id).parameterCount
    let ours = Double(count.active(expected.convention)) / 1e9
    if let known = Self.cutFigures[expected.id] {
      // The printed 3.3 is 3.353 cut to two digits: the count is pinned instead.
      #expect(abs(ours / known - 1) < 0.0001)
      #expect((ours * 10).rounded(.down) / 10 == figure)
    } else {
      #expect(abs(ours / figure - 1) < 0.01, "\(ours) B against \(figure) B")
    }
  }

  @Test("a model file quotes the same published figures", arguments: published)
  func quoted(in expected: PublishedModel) throws {
    let quoted = try #require(model(expected.id).published)
    #expect(quoted.total == expected.total * 1e9)
    #expect(quoted.active == expected.active.map { $0 * 1e9 })
    #expect(quoted.activeConvention == expected.convention)
  }

  @Test("no model file with published figures escapes these tests")
  func complete() throws {
    let quoting = try shippedCatalog().models.all()
      .filter { $0.value?.published != nil }.map(\.id)
    #expect(Set(quoting) == Set(Self.published.map(\.id)))
  }

  @Test("Grok-1 visits a quarter of its experts' weights, as its makers say")
  func grokShare() throws {
    let count = try model("grok-1").parameterCount
    #expect(count.activeRoutedExperts * 4 == count.routedExperts)
  }

  @Test("without embeddings Ling-mini-2.0 activates the 0.789 B that its makers print")
  func lingMiniLayers() throws {
    let count = try model("ling-mini-2.0").parameterCount
    #expect(abs(Double(count.active(.noEmbeddings)) / 0.789e9 - 1) < 0.001)
  }

  @Test("without embeddings Qwen3-30B-A3B has the 29.9 B that its makers print")
  func qwenLayers() throws {
    let count = try model("qwen3-30b-a3b").parameterCount
    let layers = count.total - count.embedding - count.output
    #expect(abs(Double(layers) / 29.9e9 - 1) < 0.001)
  }
}
