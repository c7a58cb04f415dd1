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
  /// What an expert layer takes beside its operations.
  private let expertRest: BlockRest

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
    if let cost = pieces.expert, let experts = model.experts {
      let load = recipe.routing.busiestRankLoad(experts: experts.count, ranks: plan.expert)
      let steps = try source.expertSteps(load: load)
      expertRest = try source.rest(of: steps, cost: cost)
      expert = expertRest.script(steps, isSplit: true)
    } else {
      expertRest = BlockRest()
      expert = nil
    }
    embedding = try source.script(lowering.embedding(), isLayer: false, cost: pieces.embedding)
    head = try source.script(
      lowering.head(), isLayer: false, isSplit: false, cost: pieces.head)
    if let module = pieces.multiToken {
      let load =
        model.experts.map {
          recipe.routing.busiestRankLoad(experts: $0.count, ranks: plan.expert)
        } ?? 1
      multiToken = (
        try source.script(
          lowering.multiTokenLayer(load: load), isLayer: true, cost: module.layer),
        try source.script(
          lowering.multiTokenHead(), isLayer: false, isSplit: false, cost: module.head)
      )
    } else {
      multiToken = nil
    }
  }

  /// An expert layer on a rank that computes `load` times its fair share of tokens.
  ///
  /// - Parameter busiest: The load of the busiest rank of its group, which the exchange waits for.
  public func expertLayer(load: Double, busiest: Double) throws -> BlockScript {
    expertRest.script(try source.expertSteps(load: load, busiest: busiest), isSplit: true)
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
