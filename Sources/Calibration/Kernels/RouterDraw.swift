import CostModel
import Foundation
import Numerics

/// The rows that the timed rank's experts get, as the tables of fused expert layers describe it.
///
/// `balanced`: every expert gets tokens · k ÷ experts. `power_law_a`: each expert's load is drawn
/// from a density x^−a on [1, 0.8 tokens], all are scaled to sum to tokens · k, none above tokens,
/// and the rank with the most rows is timed. A table's time is a mean over draws; so is this: sums
/// over `draws` draws of one seeded stream, by which the same shape always gives the same rows.
struct RouterDraw {
  let tokens: Double
  let topK: Double
  let experts: Int
  let localExperts: Int
  /// Rows in one tile, to which padded rows are counted.
  let tile: Double
  static let draws = 24

  /// The rows of the timed rank, one list of experts a draw.
  func rows(_ routing: TableRouting) -> [[Double]] {
    switch routing {
    case .balanced: return [evenRows()]
    case .powerLaw(let exponent):
      let random = RandomGenerator(seed: 20_250_301)
      return (0..<Self.draws).map { _ in busiestRank(loads(exponent, random)) }
    }
  }

  /// The mean over the draws, with the padding of `tile`.
  func meanRows(_ routing: TableRouting) -> ExpertRows {
    ExpertRows(averaging: rows(routing), paddedTo: tile)
  }

  /// Fewer than one row an expert: as many experts as there are rows get one each.
  private func evenRows() -> [Double] {
    let each = tokens * topK / Double(experts)
    if each >= 1 { return Array(repeating: each, count: localExperts) }
    let busy = max(1, Int((each * Double(localExperts)).rounded()))
    return Array(repeating: 1, count: min(busy, localExperts))
  }

  private func loads(_ exponent: Double, _ random: RandomGenerator) -> [Double] {
    let high = max(1.000_001, 0.8 * tokens)
    let power = 1 - exponent
    let drawn = (0..<experts).map { _ in
      let u = random.uniform()
      return abs(power) < 1e-9
        ? pow(high, u) : pow(1 + u * (pow(high, power) - 1), 1 / power)
    }
    let target = tokens * topK
    let scale = target / drawn.reduce(0, +)
    return capped(drawn.map { $0 * scale }).map { $0.rounded() }
  }

  /// Spreads what exceeds `tokens` over the other experts, in proportion to what they have.
  private func capped(_ loads: [Double]) -> [Double] {
    var loads = loads
    for _ in 0..<8 {
      let excess = loads.reduce(0) { $0 + max(0, $1 - tokens) }
      guard excess > 0 else { break }
      let room = loads.reduce(0) { $0 + ($1 < tokens ? $1 : 0) }
      loads = loads.map { $0 < tokens ? $0 * (1 + excess / max(room, 1e-9)) : tokens }
    }
    return loads.map { min($0, tokens) }
  }

  private func busiestRank(_ loads: [Double]) -> [Double] {
    let ranks = stride(from: 0, to: loads.count, by: localExperts).map { start in
      Array(loads[start..<min(start + localExperts, loads.count)])
    }
    return ranks.max { $0.reduce(0, +) < $1.reduce(0, +) } ?? []
  }
}
