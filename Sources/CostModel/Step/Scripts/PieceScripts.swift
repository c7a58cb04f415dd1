public import Parallelism
import Units
public import Workload

/// The pieces of a model operation by operation, for whoever puts them on streams. Their sums are those
/// of `PieceCosts`.
public struct PieceScripts: Sendable {
  public let dense: BlockScript?
  /// At the expected load of the busiest rank.
  public let expert: BlockScript?
  public let embedding: BlockScript
  public let head: BlockScript
  public let multiToken: (layer: BlockScript, head: BlockScript)?
  /// Blocks whose shared weights are gathered ahead of the one that runs.
  public let prefetch: Int
  private let source: ScriptSource
  /// What a layer takes beside its operations; nil where the model has none with experts.
  private let rests: (expert: BlockRest?, multiToken: BlockRest?)
  /// The load at which what a layer keeps is priced.
  private let expectedLoad: Double

  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts,
    pieces: PieceCosts
  ) throws {
    let source = ScriptSource(model: model, recipe: recipe, plan: plan, costs: costs)
    let lowering = source.lowering
    self.source = source
    prefetch = plan.prefetch
    dense = try pieces.dense.map {
      try source.script(lowering.denseLayer(), isLayer: true, cost: $0)
    }
    let load =
      model.experts.map {
        recipe.routing.busiestRankLoad(experts: $0.count, ranks: plan.expert)
      } ?? 1
    expectedLoad = load
    var rests: (expert: BlockRest?, multiToken: BlockRest?)
    if let cost = pieces.expert {
      let steps = try source.expertSteps(load: load)
      let rest = try source.rest(of: steps, cost: cost)
      rests.expert = rest
      expert = rest.script(steps, isSplit: true)
    } else {
      expert = nil
    }
    embedding = try source.script(lowering.embedding(), isLayer: false, cost: pieces.embedding)
    head = try source.script(
      lowering.head(), isLayer: false, isSplit: false, cost: pieces.head)
    if let module = pieces.multiToken {
      let steps = try source.steps(lowering.multiTokenLayer(load: load), isLayer: true)
      let rest = try source.rest(of: steps, cost: module.layer)
      if model.experts != nil { rests.multiToken = rest }
      multiToken = (
        rest.script(steps, isSplit: true),
        try source.script(
          lowering.multiTokenHead(), isLayer: false, isSplit: false, cost: module.head)
      )
    } else {
      multiToken = nil
    }
    self.rests = rests
  }

  /// A piece whose load can be drawn; nil where it has no experts.
  public func drawn(_ kind: PieceKind) throws -> DrawnLayer? {
    let lowering = source.lowering
    switch kind {
    case .expertLayer:
      return try rests.expert.map {
        try DrawnLayer(source, $0, expectedLoad: expectedLoad) { lowering.expertLayer(load: $0) }
      }
    case .multiTokenLayer:
      return try rests.multiToken.map {
        try DrawnLayer(source, $0, expectedLoad: expectedLoad) {
          lowering.multiTokenLayer(load: $0)
        }
      }
    case .embedding, .denseLayer, .head, .multiTokenHead: return nil
    }
  }

  /// A block, an expert layer with its expected load; nil where the model has none of the kind.
  public subscript(kind: PieceKind) -> BlockScript? {
    switch kind {
    case .embedding: embedding
    case .denseLayer: dense
    case .expertLayer: expert
    case .head: head
    case .multiTokenLayer: multiToken?.layer
    case .multiTokenHead: multiToken?.head
    }
  }
}

/// What a block takes beside its operations, in each pass.
struct BlockRest: Sendable {
  var forward: [ScriptStep] = []
  var backward: [ScriptStep] = []
  var sharded = ShardedCalls<[ScriptSegment]>()

  func script(
    _ steps: (forward: [ScriptStep], backward: [ScriptStep]), isSplit: Bool
  ) -> BlockScript {
    BlockScript(
      forward: steps.forward + forward, backward: steps.backward + backward, sharded: sharded,
      isSplit: isSplit)
  }
}
