public import Units
public import Workload

/// Which layers each pipeline stage holds.
///
/// Layers are dealt to `pipeline · virtualStages` chunks in order; chunk `c` lies on stage
/// `c mod pipeline`. Where the division leaves a remainder the last chunk, which also holds the
/// output projection, and then the first, which holds the embedding, get the smaller share, and the
/// larger shares go to the chunks before the last ones. A module that predicts a further token counts as
/// two layers of the last chunk: its own layer, and its pass through the head. A plan may set how many
/// layers its first and its last stage hold; the others then share what is left.
///
/// For DeepSeek-V3 over 16 chunks that is 15 of four layers and one of one layer with module and head, as
/// the recipes of NVIDIA-NeMo/Megatron-Bridge 067f987 lay it out.
///
/// A class, because a search hands it to every plan that shares it. It never changes.
public final class StageLayout: Sendable {
  /// What one chunk holds, or all chunks of a stage together.
  public struct Share: Hashable, Sendable {
    public var denseLayers: Int
    public var expertLayers: Int
    public var hasEmbedding: Bool
    public var hasHead: Bool
    public var multiTokenLayers: Int

    public var layers: Int { denseLayers + expertLayers }

    /// In one number, because a search looks up millions of shares.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(
        (denseLayers << 32 | expertLayers << 8 | multiTokenLayers << 2)
          | (hasEmbedding ? 2 : 0) | (hasHead ? 1 : 0))
    }
  }

  /// In the model's order.
  public let chunks: [Share]
  /// The shares that differ from each other, and which of them each chunk holds: most chunks of a deep
  /// pipeline are alike.
  public let kinds: Kinds<Share>
  /// The stages that differ from each other, as the kinds of their chunks.
  public let stageKinds: Kinds<[Int]>

  /// Values of which many are equal: each once, and by place which of them stands there.
  public struct Kinds<Value: Equatable & Sendable>: Sendable {
    public private(set) var values: [Value] = []
    public private(set) var indices: [Int] = []
    /// By value, the first place where it stands.
    public private(set) var firsts: [Int] = []
    /// Places next to each other with the same value, in order.
    public private(set) var runs: [(value: Int, places: ClosedRange<Int>)] = []

    init(_ all: some Sequence<Value>) {
      for (place, value) in all.enumerated() {
        let index = values.lastIndex(of: value) ?? values.count
        if index == values.count {
          values.append(value)
          firsts.append(place)
        }
        if let last = runs.last, last.value == index {
          runs[runs.count - 1].places = last.places.lowerBound...place
        } else {
          runs.append((index, place...place))
        }
        indices.append(index)
      }
    }

    /// By value, the most of amounts that its places have, or zero.
    public func most<Unit>(of amounts: [Quantity<Unit>]) -> [Quantity<Unit>] {
      var most = Array(repeating: Quantity<Unit>.zero, count: values.count)
      for (place, kind) in indices.enumerated() { most[kind] = max(most[kind], amounts[place]) }
      return most
    }
  }

  public convenience init(model: ModelArchitecture, plan: ParallelPlan) {
    let count = plan.pipeline * plan.virtualStages
    precondition(model.layers >= count, "every chunk needs a layer")
    self.init(model: model, plan: plan, sizes: Self.chunkSizes(of: model, plan: plan))
  }

  /// A layout that gives each chunk a number of layers of its own.
  ///
  /// - Parameter sizes: The layers of each chunk, at least one, in the model's order.
  public init(model: ModelArchitecture, plan: ParallelPlan, sizes: [Int]) {
    precondition(sizes.reduce(0, +) == model.layers, "every layer lies in one chunk")
    var layer = 0
    chunks = sizes.map { size in
      defer { layer += size }
      return Share(layer..<layer + size, of: model)
    }
    let kinds = Kinds(chunks)
    self.kinds = kinds
    stageKinds = Kinds(
      (0..<plan.pipeline).map { stage in
        plan.chunks(ofStage: stage).map { kinds.indices[$0] }
      })
  }

  /// Whether kinds of stages are kinds of chunks.
  public var hasOneChunkAStage: Bool { stageKinds.values[0].count == 1 }

  /// The stages, each with all its chunks.
  public var stages: [Share] {
    stageKinds.indices.map { kind in
      let chunks = stageKinds.values[kind]
      return chunks.dropFirst().reduce(kinds.values[chunks[0]]) { $0 + kinds.values[$1] }
    }
  }

  /// The number of layers of each chunk, in order.
  private static func chunkSizes(of model: ModelArchitecture, plan: ParallelPlan) -> [Int] {
    let chunks = plan.pipeline * plan.virtualStages
    let layers = model.layers
    guard plan.hasOwnEnds else {
      return makingRoom(for: 2 * model.multiTokenLayers, in: layers, over: chunks)
    }
    let first = plan.firstStageLayers > 0 ? [plan.firstStageLayers] : []
    let last = plan.lastStageLayers > 0 ? [plan.lastStageLayers] : []
    let others = chunks - first.count - last.count
    let left = layers - plan.firstStageLayers - plan.lastStageLayers
    return first + (others > 0 ? dealt(left, over: others) : []) + last
  }

  /// Deals layers so that `others` more in the last chunk come out even; every chunk keeps a layer.
  private static func makingRoom(for others: Int, in layers: Int, over chunks: Int) -> [Int] {
    guard others > 0, chunks > 1 else { return dealt(layers, over: chunks) }
    let last = max(1, (layers + others) / chunks - others)
    return dealt(layers - last, over: chunks - 1) + [last]
  }

  private static func dealt(_ layers: Int, over chunks: Int) -> [Int] {
    let base = layers / chunks
    var sizes = Array(repeating: base, count: chunks)
    // The remainder is always less than the chunk count, so this order never runs out.
    let order = Array((1..<max(1, chunks - 1)).reversed()) + [0, chunks - 1]
    for chunk in order.prefix(layers % chunks) { sizes[chunk] += 1 }
    return sizes
  }
}

extension StageLayout.Share {
  /// Layers that follow each other, with the ends of the model where they reach them.
  public init(_ layers: Range<Int>, of model: ModelArchitecture) {
    let isLast = layers.upperBound == model.layers
    expertLayers = layers.count { model.hasExperts(layer: $0) }
    denseLayers = layers.count - expertLayers
    hasEmbedding = layers.lowerBound == 0
    hasHead = isLast
    multiTokenLayers = isLast ? model.multiTokenLayers : 0
  }

  static func + (a: Self, b: Self) -> Self {
    Self(
      denseLayers: a.denseLayers + b.denseLayers, expertLayers: a.expertLayers + b.expertLayers,
      hasEmbedding: a.hasEmbedding || b.hasEmbedding, hasHead: a.hasHead || b.hasHead,
      multiTokenLayers: a.multiTokenLayers + b.multiTokenLayers)
  }
}
