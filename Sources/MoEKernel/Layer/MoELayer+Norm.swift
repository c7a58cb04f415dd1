extension MoELayer {
  /// y = x / √(mean(x²) + ε) · gain, token by token.
  func norm(_ worker: Worker) {
    let gain = weights.normGain.matrix[0]
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        let x = input.matrix[token]
        let y = buffers.normed.matrix[token]
        let meanSquare = innerProduct(x, x, count: hidden) / Float(hidden)
        let inverse = 1 / (meanSquare + normEpsilon).squareRoot()
        buffers.inverseRMS.matrix[0][token] = inverse
        forEachStretch(hidden) { y[$0] = x[$0] * inverse * gain[$0] }
      }
      worker.move(2, blocks[block].count * hidden)
    }
  }

  /// With u = dy · gain and i = 1 / RMS:
  /// ```
  /// dx    += i · (u − x · i² · mean(u · x))
  /// dgain += Σ over tokens dy · x · i
  /// ```
  func normBackward(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      let parts = buffers.gainParts.matrix[block]
      parts.update(repeating: 0, count: hidden)
      for token in blocks[block] { normBackward(token: token, gainParts: parts) }
      worker.move(4, blocks[block].count * hidden)
    }
    worker.once {
      let total = gradients.normGain.matrix[0]
      for block in 0..<blocks.count {
        let parts = buffers.gainParts.matrix[block]
        forEachStretch(hidden) { total[$0] += parts[$0] }
      }
      worker.move(1, blocks.count * hidden)
    }
  }

  private func normBackward(token: Int, gainParts: UnsafeMutablePointer<Float>) {
    let gain = weights.normGain.matrix[0]
    let x = input.matrix[token]
    let gradient = buffers.normedGradient.matrix[token]
    let result = inputGradient.matrix[token]
    let inverse = buffers.inverseRMS.matrix[0][token]
    var lanes = Lanes.zero
    forEachStretch(hidden) { lanes += gradient[$0] * gain[$0] * x[$0] }
    let pull = inverse * inverse * lanes.sum() / Float(hidden)
    forEachStretch(hidden) {
      let inward = gradient[$0]
      let value = x[$0]
      result[$0] += (inward * gain[$0] - value * pull) * inverse
      gainParts[$0] += inward * value * inverse
    }
  }

  /// The sum with the residual stream.
  func residual(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        let sum = output.matrix[token]
        let x = input.matrix[token]
        forEachStretch(hidden) { sum[$0] += x[$0] }
      }
      worker.move(3, blocks[block].count * hidden)
    }
  }

  /// The gradient of the residual stream, to which the norm's backward pass adds its own.
  func residualBackward(_ worker: Worker) {
    let blocks = table.blocks
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        inputGradient.matrix[token].update(from: outputGradient.matrix[token], count: hidden)
      }
      worker.move(2, blocks[block].count * hidden)
    }
  }
}
