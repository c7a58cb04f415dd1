import Workload

extension MoELayer {
  /// Tokens that chose each expert in the last forward pass, before any were dropped.
  public var expertLoads: [Int] { (0..<experts.count).map { Int(table.loads[0][$0]) } }

  /// Rows that each expert computed in the last forward pass.
  public var expertRows: [Int] { (0..<experts.count).map { table.rows(of: $0).count } }

  /// Choices that found no room in the last forward pass.
  public var droppedRows: Int { expertLoads.reduce(0, +) - table.rowCount }

  /// Moves the selection bias of every expert by `rate`: up where the last forward pass gave it
  /// less than the mean load, down where more. So loads even out without a loss.
  ///
  /// Source: Wang et al. 2024, arXiv 2408.15664, algorithm 1.
  public func balanceBias(rate: Float) {
    let bias = selectionBias.matrix[0]
    for expert in 0..<experts.count {
      // Compared in whole numbers: load · experts against the sum of loads.
      let excess = Int(table.loads[0][expert]) * experts.count - tokens * experts.topK
      bias[expert] -= rate * Float(excess.signum())
    }
  }
}
