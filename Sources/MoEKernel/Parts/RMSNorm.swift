/// y = x / √(mean(x²) + ε) · gain, token by token, over a residual stream.
final class RMSNorm {
  /// The norm's result, tokens × hidden; who uses it fills its gradient.
  let normed: Tensor
  let normedGradient: Tensor
  private let stream: ResidualStream
  private let gain: Tensor
  private let gainGradient: Tensor
  private let epsilon: Float
  /// Whether the part has a residual stream around it, whose gradient is there already.
  private let adds: Bool
  /// 1 ÷ RMS of each token, 1 × tokens.
  private let inverseRMS: Tensor
  /// Part sums of the gain's gradient, one row a block of tokens.
  private let gainParts: Tensor
  private let blocks: Blocks

  init(
    _ stream: ResidualStream, gain: Tensor, gainGradient: Tensor, epsilon: Float, adds: Bool
  ) {
    self.stream = stream
    self.gain = gain
    self.gainGradient = gainGradient
    self.epsilon = epsilon
    self.adds = adds
    blocks = Blocks.pass(stream.tokens)
    normed = Tensor(rows: stream.tokens, columns: stream.hidden)
    normedGradient = Tensor(rows: stream.tokens, columns: stream.hidden)
    inverseRMS = Tensor(rows: 1, columns: stream.tokens)
    gainParts = Tensor(rows: blocks.count, columns: stream.hidden)
  }

  private var hidden: Int { stream.hidden }

  func forward(_ worker: Worker) {
    let gain = gain.matrix[0]
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        let x = stream.value.matrix[token]
        let y = normed.matrix[token]
        let meanSquare = innerProduct(x, x, count: hidden) / Float(hidden)
        let inverse = 1 / (meanSquare + epsilon).squareRoot()
        inverseRMS.matrix[0][token] = inverse
        forEachStretch(hidden) { y[$0] = x[$0] * inverse * gain[$0] }
      }
      worker.move(2, blocks[block].count * hidden)
    }
  }

  /// With u = dy · gain and i = 1 / RMS:
  /// ```
  /// dx    (+)= i · (u − x · i² · mean(u · x))
  /// dgain  += Σ over tokens dy · x · i
  /// ```
  func backward(_ worker: Worker) {
    worker.share(blocks.count) { block in
      let parts = gainParts.matrix[block]
      parts.update(repeating: 0, count: hidden)
      for token in blocks[block] {
        if !adds { stream.gradient.matrix[token].update(repeating: 0, count: hidden) }
        backward(token: token, gainParts: parts)
      }
      worker.move(adds ? 4 : 3, blocks[block].count * hidden)
    }
    worker.once {
      let total = gainGradient.matrix[0]
      for block in 0..<blocks.count {
        let parts = gainParts.matrix[block]
        forEachStretch(hidden) { total[$0] += parts[$0] }
      }
    }
  }

  private func backward(token: Int, gainParts: UnsafeMutablePointer<Float>) {
    let gain = gain.matrix[0]
    let x = stream.value.matrix[token]
    let gradient = normedGradient.matrix[token]
    let result = stream.gradient.matrix[token]
    let inverse = inverseRMS.matrix[0][token]
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
}
