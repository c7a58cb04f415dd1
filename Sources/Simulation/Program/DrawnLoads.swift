import CostModel
public import Numerics
public import Workload

/// The loads of the ranks of an expert group, drawn for each layer and micro-batch.
///
/// All expert groups of a stage see the same draw: which experts are popular is the router's doing.
public struct DrawnLoads: Sendable {
  /// By layer and micro-batch: the load of each rank ÷ the mean.
  public let layers: [[[Double]]]

  /// Loads are rounded to this part of the mean, so that equal ones are priced once.
  private static let grain = 1.0 / 256

  /// Experts lie on ranks without regard to their load, as `RoutingLoad.busiestRankLoad` assumes.
  public init(
    _ routing: RoutingLoad, experts: Int, ranks: Int, layers: Int, microBatches: Int,
    random: RandomGenerator
  ) {
    self.layers = (0..<layers).map { _ in
      (0..<microBatches).map { _ in
        Self.draw(routing, experts: experts, ranks: ranks, random).map {
          ($0 / Self.grain).rounded() * Self.grain
        }
      }
    }
  }

  private static func draw(
    _ routing: RoutingLoad, experts: Int, ranks: Int, _ random: RandomGenerator
  ) -> [Double] {
    let shares: [Double]
    switch routing {
    case .balanced: return Array(repeating: 1, count: ranks)
    case .capacity:
      let load = routing.busiestRankLoad(experts: experts, ranks: ranks)
      return Array(repeating: load, count: ranks)
    case .zipf(let exponent):
      var random = random
      let weights = RoutingLoad.zipfWeights(experts: experts, exponent: exponent)
      let sum = weights.reduce(0, +)
      shares = weights.map { $0 / sum }.shuffled(using: &random)
    case .dirichlet(let concentration):
      shares = random.dirichlet(count: experts, concentration: concentration)
    case .measured(let routing):
      // The measured spread in a law that can be drawn: cv² = (E − 1) / (E c + 1), solved for c.
      let square = max(routing.variation * routing.variation, 1e-6)
      let concentration = max(1e-3, (Double(experts - 1) / square - 1) / Double(experts))
      shares = random.dirichlet(count: experts, concentration: concentration)
    }
    let local = experts / ranks
    return (0..<ranks).map { rank in
      Double(ranks) * shares[rank * local..<(rank + 1) * local].reduce(0, +)
    }
  }
}
