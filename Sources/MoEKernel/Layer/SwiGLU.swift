extension MoELayer {
  /// SwiGLU: result = gate · sigmoid(gate) · up, where gate and up lie side by side.
  func activate(_ worker: Worker, _ gateUp: Tensor, into result: Tensor, rows: Int) {
    let width = result.columns
    let blocks = Blocks.pass(rows)
    worker.share(blocks.count) { block in
      for row in blocks[block] {
        let gate = gateUp.matrix[row]
        let up = gate + width
        let y = result.matrix[row]
        forEachStretch(width) {
          let g = gate[$0]
          y[$0] = g * sigmoid(g) * up[$0]
        }
      }
      worker.move(3, blocks[block].count * width)
    }
  }

  /// With s = sigmoid(gate), and the gradients taking the place of gate and up:
  /// ```
  /// dup   = dy · gate · s
  /// dgate = dy · up · s · (1 + gate · (1 − s))
  /// ```
  func activateBackward(_ worker: Worker, _ gateUp: Tensor, _ gradient: Tensor, rows: Int) {
    let width = gradient.columns
    let blocks = Blocks.pass(rows)
    worker.share(blocks.count) { block in
      for row in blocks[block] {
        let gate = gateUp.matrix[row]
        let up = gate + width
        let dy = gradient.matrix[row]
        forEachStretch(width) {
          let g = gate[$0]
          let s = sigmoid(g)
          let slope = dy[$0] * s
          let upValue = up[$0]
          up[$0] = slope * g
          gate[$0] = slope * upValue * (1 + g * (1 - s))
        }
      }
      worker.move(5, blocks[block].count * width)
    }
  }
}
