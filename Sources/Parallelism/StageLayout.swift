public import Workload

/// Which layers each pipeline stage holds.
///
/// Layers are dealt to `pipeline · virtualStages` chunks in order; chunk `c` lies on stage
/// `c mod pipeline`. Where the division leaves a remainder the last chunk, which also holds the
/// output projection, and then the first, which holds the embedding, get the smaller share, and the
/// larger shares go to the chunks before the last ones.
public struct StageLayout: Sendable {
  /// What one stage holds.
  public struct Stage: Hashable, Sendable {
    public var denseLayers: Int
    public var expertLayers: Int
    public var hasEmbedding: Bool
    public var hasHead: Bool
    public var multiTokenLayers: Int

    public var layers: Int { denseLayers + expertLayers }
  }

  public var stages: [Stage]

  public init(model: ModelArchitecture, plan: ParallelPlan) {
    let chunks = plan.pipeline * plan.virtualStages
    precondition(model.layers >= chunks, "every chunk needs a layer")
    let sizes = Self.chunkSizes(layers: model.layers, chunks: chunks)
    stages = (0..<plan.pipeline).map { stage in
      Stage(
        denseLayers: 0, expertLayers: 0, hasEmbedding: stage == 0,
        hasHead: stage == plan.pipeline - 1,
        multiTokenLayers: stage == plan.pipeline - 1 ? model.multiTokenLayers : 0)
    }
    var layer = 0
    for (chunk, size) in sizes.enumerated() {
      let expertLayers = (layer..<layer + size).count { model.hasExperts(layer: $0) }
      stages[chunk % plan.pipeline].expertLayers += expertLayers
      stages[chunk % plan.pipeline].denseLayers += size - expertLayers
      layer += size
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
