public import Workload

/// Which layers each pipeline stage holds.
///
/// Layers are dealt to `pipeline · virtualStages` chunks in order; chunk `c` lies on stage
/// `c mod pipeline`. Where the division leaves a remainder the last chunk, which also holds the
/// output projection, and then the first, which holds the embedding, get the smaller share, and the
/// larger shares go to the chunks before the last ones.
public struct StageLayout: Sendable {
  /// What one chunk holds, or all chunks of a stage together.
  public struct Share: Hashable, Sendable {
    public var denseLayers: Int
    public var expertLayers: Int
    public var hasEmbedding: Bool
    public var hasHead: Bool
    public var multiTokenLayers: Int

    public var layers: Int { denseLayers + expertLayers }
  }

  /// In the model's order.
  public let chunks: [Share]
  private let pipeline: Int

  public init(model: ModelArchitecture, plan: ParallelPlan) {
    let count = plan.pipeline * plan.virtualStages
    precondition(model.layers >= count, "every chunk needs a layer")
    pipeline = plan.pipeline
    var layer = 0
    chunks = Self.chunkSizes(layers: model.layers, chunks: count).enumerated().map { chunk, size in
      let expertLayers = (layer..<layer + size).count { model.hasExperts(layer: $0) }
      layer += size
      let isLast = chunk == count - 1
      return Share(
        denseLayers: size - expertLayers, expertLayers: expertLayers, hasEmbedding: chunk == 0,
        hasHead: isLast, multiTokenLayers: isLast ? model.multiTokenLayers : 0)
    }
  }

  /// The stages, each with all its chunks.
  public var stages: [Share] {
    (0..<pipeline).map { stage in
      stride(from: stage + pipeline, to: chunks.count, by: pipeline)
        .reduce(chunks[stage]) { $0 + chunks[$1] }
    }
  }

  /// The number of layers of each chunk, in order.
  static func chunkSizes(layers: Int, chunks: Int) -> [Int] {
    let base = layers / chunks
    var sizes = Array(repeating: base, count: chunks)
    // The remainder is always less than the chunk count, so this order never runs out.
    let order = Array((1..<max(1, chunks - 1)).reversed()) + [0, chunks - 1]
    for chunk in order.prefix(layers % chunks) { sizes[chunk] += 1 }
    return sizes
  }
}

extension StageLayout.Share {
  static func + (a: Self, b: Self) -> Self {
    Self(
      denseLayers: a.denseLayers + b.denseLayers, expertLayers: a.expertLayers + b.expertLayers,
      hasEmbedding: a.hasEmbedding || b.hasEmbedding, hasHead: a.hasHead || b.hasHead,
      multiTokenLayers: a.multiTokenLayers + b.multiTokenLayers)
  }
}
