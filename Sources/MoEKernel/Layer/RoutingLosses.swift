import Workload

/// What the balance loss and the z-loss need from the forward to the backward pass.
final class RoutingLosses {
  /// Σ over a block's tokens of each expert's share of the scores: blocks × experts.
  let shareParts: Tensor
  /// Σ over a block's tokens of (ln Σ e^l)²: 1 × blocks.
  let squareParts: Tensor
  /// The balance loss's derivative by the share of any token: 1 × experts.
  let slopes: Tensor

  init(experts: Int, blocks: Int) {
    shareParts = Tensor(rows: blocks, columns: experts)
    squareParts = Tensor(rows: 1, columns: blocks)
    slopes = Tensor(rows: 1, columns: experts)
  }
}

extension MoELayer {
  /// Sums both losses up once all loads are known, in double precision and in a fixed order.
  ///
  /// ```
  /// balance = α · E Σ over experts (load ÷ (T k)) · mean share
  /// z       = β · mean over tokens of (ln Σ e^l)²
  /// ```
  /// A share is a token's score ÷ the sum of its scores. Loads count as constants, so the
  /// derivative by a token's share of an expert is α E · load ÷ (T² k).
  /// Sources: Switch Transformer, arXiv 2101.03961, section 2.2 (balance, for top-k as in
  /// DeepSeek-V2, arXiv 2405.04434, section 2.2.3); ST-MoE, arXiv 2202.08906, section 3.1 (z).
  func sumLosses() {
    balanceLoss = 0
    zLoss = 0
    let tokens = Double(self.tokens)
    if rule.balanceLoss != 0 {
      let scale =
        Double(rule.balanceLoss) * Double(experts.count) / (tokens * tokens * Double(experts.topK))
      for expert in 0..<experts.count {
        let slope = scale * Double(table.loads[0][expert])
        losses.slopes.matrix[0][expert] = Float(slope)
        for block in 0..<table.blocks.count {
          balanceLoss += slope * Double(losses.shareParts.matrix[block][expert])
        }
      }
    }
    if rule.zLoss != 0 {
      for block in 0..<table.blocks.count {
        zLoss += Double(rule.zLoss) / tokens * Double(losses.squareParts.matrix[0][block])
      }
    }
  }

  /// Adds a token's part to the sums of its block.
  func countForLosses(token: Int, block: Int) {
    let scores = buffers.scores.matrix[token]
    if rule.balanceLoss != 0 {
      let sums = losses.shareParts.matrix[block]
      let factor = rule.score == .softmax ? 1 : 1 / scoreSum(scores)
      forEachStretch(experts.count) { sums[$0] += scores[$0] * factor }
    }
    if rule.zLoss != 0 {
      let logSum = buffers.logSums.matrix[0][token]
      losses.squareParts.matrix[0][block] += logSum * logSum
    }
  }

  func clearLosses(block: Int) {
    losses.shareParts.matrix[block].update(repeating: 0, count: experts.count)
    losses.squareParts.matrix[0][block] = 0
  }

  /// The sum of a token's scores, never 0.
  func scoreSum(_ scores: UnsafeMutablePointer<Float>) -> Float {
    var sum = Lanes.zero
    forEachStretch(experts.count) { sum += scores[$0] }
    return sum.sum() + Self.tiny
  }

  /// Keeps a quotient finite where every score has underflowed.
  static var tiny: Float { 1e-20 }
}
