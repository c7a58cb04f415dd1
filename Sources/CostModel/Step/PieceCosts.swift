public import Parallelism
public import Units
public import Workload

/// The costs of a model's pieces for one micro-batch on one rank.
///
/// A class, because a search hands it to every plan that shares it: one reference is passed on. It never
/// changes.
public final class PieceCosts: Sendable {
  let dense: BlockCost?
  let expert: BlockCost?
  let embedding: BlockCost
  let head: BlockCost
  let multiToken: (layer: BlockCost, head: BlockCost)?
  /// The hidden state that one stage sends to the next.
  let boundary: Bytes
  /// By kind of piece; zero where the model has none.
  let sums: [PieceSums]
  /// By kind of piece, what its two passes compute for the first time.
  private let computed: [Seconds]

  public convenience init(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, costs: FleetCosts
  ) throws {
    let priced = try PricedPieces(model: model, recipe: recipe, plan: plan, costs: costs)
    self.init(priced, recompute: plan.recompute)
  }

  /// Adds up pieces for one level of recomputation.
  public init(_ priced: PricedPieces, recompute: Recompute) {
    let passes = recompute.passes
    let add = { (block: PricedBlock) in BlockCost.sum(block, recompute: recompute) }
    let hostLayer = priced.hostLayer * passes
    let withHost = { (layer: BlockCost) in
      layer.adding(hostLayer).adding(priced.hostExperts.exposed(passes: passes, beside: layer))
    }
    dense = priced.dense.map { add($0).adding(hostLayer) }
    expert = priced.expert.map { expert in
      let even = add(expert.even)
      let busiest = expert.busiest.map(add) ?? even
      return withHost(BlockCost.imbalanced(even: even, busiest: busiest))
    }
    embedding = add(priced.embedding)
    head = add(priced.head)
    multiToken = priced.multiToken.map { module in
      (withHost(add(module.layer)), add(module.head))
    }
    boundary = priced.boundary
    let pieces = [dense, expert, embedding, head, multiToken?.layer, multiToken?.head]
    sums = pieces.map { $0.map(PieceSums.init) ?? PieceSums() }
    computed = pieces.map { $0.map { $0.forward.computation + $0.backward.computation } ?? .zero }
  }

  /// The cost of a piece; nil where the model has none of the kind.
  subscript(kind: PieceKind) -> BlockCost? {
    switch kind {
    case .denseLayer: dense
    case .expertLayer: expert
    case .embedding: embedding
    case .head: head
    case .multiTokenLayer: multiToken?.layer
    case .multiTokenHead: multiToken?.head
    }
  }

  /// The time of a number of layers for one micro-batch, forward and backward.
  public func layers(dense denseCount: Int, experts expertCount: Int) -> Seconds {
    let layer = { (kind: PieceKind) in
      self.sums[kind.rawValue].forward + self.sums[kind.rawValue].backward
    }
    return layer(.denseLayer) * Double(denseCount) + layer(.expertLayer) * Double(expertCount)
  }

  /// The same without communication, repeats and what the host adds: what no other pass can hide.
  public func computation(dense denseCount: Int, experts expertCount: Int) -> Seconds {
    computed[PieceKind.denseLayer.rawValue] * Double(denseCount)
      + computed[PieceKind.expertLayer.rawValue] * Double(expertCount)
  }
}

extension Recompute {
  /// How often the host goes through a layer, forward, backward and again.
  fileprivate var passes: Double {
    switch self {
    case .none, .selective: 2
    case .full: 3
    case .share(let share): 2 + share
    }
  }
}

extension BlockCost {
  /// The busiest rank's cost, with what it adds to an even load told apart.
  fileprivate static func imbalanced(even: BlockCost, busiest: BlockCost) -> BlockCost {
    var cost = busiest
    cost.forward = even.forward
    cost.forward[.expertImbalance] += busiest.forward.total - even.forward.total
    cost.backward = even.backward
    cost.backward[.expertImbalance] += busiest.backward.total - even.backward.total
    cost.weightGradient = even.weightGradient
    cost.weightGradient[.expertImbalance] +=
      busiest.weightGradient.total - even.weightGradient.total
    return cost
  }

  /// The block with host time, booked in its backward pass.
  fileprivate func adding(_ host: Seconds) -> BlockCost {
    var cost = self
    cost.backward[.hostOverhead] += host
    return cost
  }
}
