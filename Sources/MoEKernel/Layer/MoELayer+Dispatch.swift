import Workload

extension MoELayer {
  /// Copies each token to the rows of its experts.
  func permute(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      var copies = 0
      for token in blocks[block] {
        let x = norm.normed.matrix[token]
        for slot in 0..<experts.topK {
          let row = Int(table.rows[token][slot])
          guard row >= 0 else { continue }
          buffers.permuted.matrix[row].update(from: x, count: hidden)
          copies += 1
        }
      }
      worker.move(1, (blocks[block].count + copies) * hidden)
    }
  }

  /// Adds up the gradients of a token's copies.
  func permuteBackward(_ worker: Worker) {
    let blocks = table.blocks
    // The shared experts, where there are any, have left their gradient of the same tokens.
    let adds = experts.sharedWidth > 0
    worker.share(blocks.count) { block in
      var copies = 0
      for token in blocks[block] {
        let sum = norm.normedGradient.matrix[token]
        if !adds { sum.update(repeating: 0, count: hidden) }
        for slot in 0..<experts.topK {
          let row = Int(table.rows[token][slot])
          guard row >= 0 else { continue }
          let gradient = buffers.expertRows.matrix[row]
          forEachStretch(hidden) { sum[$0] += gradient[$0] }
          copies += 1
        }
      }
      worker.move(1, ((adds ? 2 : 1) * blocks[block].count + copies) * hidden)
    }
  }

  /// output = Σ over a token's experts of weight · result. A dropped choice adds nothing.
  func unpermute(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      var copies = 0
      for token in blocks[block] {
        let sum = output.matrix[token]
        sum.update(repeating: 0, count: hidden)
        for slot in 0..<experts.topK {
          let row = Int(table.rows[token][slot])
          guard row >= 0 else { continue }
          let weight = buffers.pairWeights.matrix[token][slot]
          let result = buffers.expertRows.matrix[row]
          forEachStretch(hidden) { sum[$0] += result[$0] * weight }
          copies += 1
        }
      }
      worker.move(1, (blocks[block].count + copies) * hidden)
    }
  }

  /// dweight = dy · result, and dresult = weight · dy, which takes the result's place.
  func unpermuteBackward(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      var copies = 0
      for token in blocks[block] {
        let gradient = outputGradient.matrix[token]
        for slot in 0..<experts.topK {
          let row = Int(table.rows[token][slot])
          var weightGradient: Float = 0
          if row >= 0 {
            let weight = buffers.pairWeights.matrix[token][slot]
            weightGradient = scaled(gradient, by: weight, over: buffers.expertRows.matrix[row])
            copies += 1
          }
          buffers.pairGradients.matrix[token][slot] = weightGradient
        }
      }
      worker.move(1, (blocks[block].count + 2 * copies) * hidden)
    }
  }

  /// Writes weight · gradient over a result and returns the inner product of the two.
  private func scaled(
    _ gradient: UnsafeMutablePointer<Float>, by weight: Float,
    over result: UnsafeMutablePointer<Float>
  ) -> Float {
    var sum = Lanes.zero
    forEachStretch(hidden) {
      let slope = gradient[$0]
      sum += slope * result[$0]
      result[$0] = slope * weight
    }
    return sum.sum()
  }
}
