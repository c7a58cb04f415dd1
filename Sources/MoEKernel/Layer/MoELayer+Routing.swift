import CostModel
import Workload

extension MoELayer {
  /// logits = normed · router weights, and its two gradients.
  func routerProduct(_ pass: MatrixPass, _ worker: Worker) {
    let normed = norm.normed.matrix
    let logits = buffers.logits.matrix
    switch pass {
    case .forward:
      worker.shareRows(.forward, normed, weights.router.matrix, into: logits)
    case .inputGradient:
      worker.shareRows(
        .inputGradient, logits, weights.router.matrix, into: norm.normedGradient.matrix,
        adding: true)
    case .weightGradient:
      worker.shareWeightGradient(normed, logits, into: gradients.router.matrix)
    }
  }

  /// Scores, choices, weights, and the rows that each expert gets.
  func route(_ worker: Worker) {
    let blocks = table.blocks
    let chooser = choosers[worker.index]
    let bias = selectionBias.matrix[0]
    worker.share(blocks.count) { block in
      clearLosses(block: block)
      for token in blocks[block] {
        score(token)
        chooser.choose(
          scores: buffers.scores.matrix[token], bias: bias, into: table.choices[token])
        weigh(token)
        countForLosses(token: token, block: block)
      }
      table.count(block: block)
      worker.move(2, blocks[block].count * experts.count)
      worker.move(2, blocks[block].count * experts.topK)
    }
    worker.once {
      table.settle()
      sumLosses()
    }
    worker.share(blocks.count) { block in
      table.place(block: block)
      worker.move(2, blocks[block].count * experts.topK)
    }
  }

  /// Turns a token's logits into scores.
  private func score(_ token: Int) {
    let logits = buffers.logits.matrix[token]
    let scores = buffers.scores.matrix[token]
    if rule.score == .softmax || rule.zLoss != 0 { softmax(logits, into: scores, token: token) }
    if rule.score == .sigmoid {
      forEachStretch(experts.count) { scores[$0] = sigmoid(logits[$0]) }
    }
  }

  /// e^(l − max) ÷ Σ e^(l − max), and max + ln of that sum.
  private func softmax(
    _ logits: UnsafeMutablePointer<Float>, into scores: UnsafeMutablePointer<Float>, token: Int
  ) {
    let largest = largestOf(logits, count: experts.count)
    forEachStretch(experts.count) { scores[$0] = exponential(logits[$0] - largest) }
    // Read back, because lanes past the row's end read as 0.
    var sum = Lanes.zero
    forEachStretch(experts.count) { sum += scores[$0] }
    let total = sum.sum()
    forEachStretch(experts.count) { scores[$0] = scores[$0] / total }
    buffers.logSums.matrix[0][token] = largest + logarithm(total)
  }

  /// The weight of each chosen expert: its score, divided by their sum where the rule says so.
  private func weigh(_ token: Int) {
    let scores = buffers.scores.matrix[token]
    let weights = buffers.pairWeights.matrix[token]
    let choices = table.choices[token]
    let factor = weightFactor(token)
    for slot in 0..<experts.topK { weights[slot] = scores[Int(choices[slot])] * factor }
  }

  /// The ratio of a chosen expert's weight to its score.
  private func weightFactor(_ token: Int) -> Float {
    guard rule.normalizes else { return rule.scale }
    let scores = buffers.scores.matrix[token]
    let choices = table.choices[token]
    var sum = Self.tiny
    for slot in 0..<experts.topK { sum += scores[Int(choices[slot])] }
    return rule.scale / sum
  }

  /// From the gradients of the weights, and the losses, to the gradient of the logits.
  func routeBackward(_ worker: Worker) {
    let blocks = table.blocks
    let scratch = scoreGradients.matrix[worker.index]
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        scoreGradient(token, into: scratch)
        switch rule.score {
        case .softmax: softmaxBackward(token, scratch)
        case .sigmoid: sigmoidBackward(token, scratch)
        }
      }
      worker.move(3, blocks[block].count * experts.count)
      worker.move(3, blocks[block].count * experts.topK)
    }
  }

  /// The gradient of the scores, from the weights and the balance loss.
  ///
  /// With the weights w = f s, and f = scale ÷ Σ s over the chosen where they are normalized:
  /// ```
  /// ds = f · dw − f ÷ scale · Σ w · dw      (the second term only where normalized)
  /// ```
  private func scoreGradient(_ token: Int, into result: UnsafeMutablePointer<Float>) {
    let slopes = losses.slopes.matrix[0]
    let scores = buffers.scores.matrix[token]
    switch rule.score {
    case .softmax:
      forEachStretch(experts.count) { result[$0] = slopes[$0] }
    case .sigmoid:
      // The share is score ÷ sum.
      let sum = scoreSum(scores)
      let mean = innerProduct(slopes, scores, count: experts.count) / sum
      forEachStretch(experts.count) { result[$0] = (slopes[$0] - mean) / sum }
    }
    let choices = table.choices[token]
    let weights = buffers.pairWeights.matrix[token]
    let gradients = buffers.pairGradients.matrix[token]
    let factor = weightFactor(token)
    let pull =
      rule.normalizes ? innerProduct(weights, gradients, count: experts.topK) / rule.scale : 0
    for slot in 0..<experts.topK {
      result[Int(choices[slot])] += factor * (gradients[slot] - pull)
    }
  }

  /// dl = s · (ds − Σ s · ds) + z-loss.
  private func softmaxBackward(_ token: Int, _ gradient: UnsafeMutablePointer<Float>) {
    let logits = buffers.logits.matrix[token]
    let scores = buffers.scores.matrix[token]
    let mean = innerProduct(scores, gradient, count: experts.count)
    let pull = zSlope(token) - mean
    forEachStretch(experts.count) { logits[$0] = scores[$0] * (gradient[$0] + pull) }
  }

  /// dl = s · (1 − s) · ds + z-loss, whose softmax is e^(l − ln Σ e^l).
  private func sigmoidBackward(_ token: Int, _ gradient: UnsafeMutablePointer<Float>) {
    let logits = buffers.logits.matrix[token]
    let scores = buffers.scores.matrix[token]
    let slope = zSlope(token)
    let logSum = buffers.logSums.matrix[0][token]
    forEachStretch(experts.count) {
      let score = scores[$0]
      var result = score * (1 - score) * gradient[$0]
      if slope != 0 { result += exponential(logits[$0] - logSum) * slope }
      logits[$0] = result
    }
  }

  /// 2 β ÷ T · ln Σ e^l: the z-loss's derivative by the logarithm of the sum.
  private func zSlope(_ token: Int) -> Float {
    rule.zLoss == 0 ? 0 : 2 * rule.zLoss / Float(tokens) * buffers.logSums.matrix[0][token]
  }
}
