extension Blocks {
  /// Queries whose scores one task holds at a time.
  static func queries(_ count: Int) -> Blocks { Blocks(items: count, size: min(count, 64)) }
}

/// Attention over blocks of queries: scores of one block against all keys up to its last query are
/// made, used and forgotten. So no square of scores is kept, and the backward pass makes them again.
///
/// What lies above the diagonal inside a block is computed with it and thrown away; counted is only
/// the work of pairs that count.
extension AttentionBlock {
  private var scale: Float { 1 / Float(shape.width).squareRoot() }

  /// The rows of a range of one sequence's positions.
  private func rows(_ sequence: Int, _ positions: Range<Int>) -> Range<Int> {
    sequence * sequenceLength + positions.lowerBound..<sequence * sequenceLength
      + positions.upperBound
  }

  /// Each task takes one head of one sequence and a block of its queries, the longest rows first.
  func attend(_ worker: Worker) {
    let blocks = Blocks.queries(sequenceLength)
    let heads = batch * shape.heads
    worker.share(blocks.count * heads) { item in
      let queries = blocks[blocks.count - 1 - item / heads]
      let (sequence, head) = ((item % heads) / shape.heads, item % shape.heads)
      let keys = rows(sequence, 0..<queries.upperBound)
      let tokens = rows(sequence, queries)
      let scores = scores[worker.index].matrix.rows(0..<queries.count)
        .columns(0..<queries.upperBound)
      score(tokens, keys, head, into: scores)
      for row in 0..<queries.count {
        let position = queries.lowerBound + row
        let sum = softmax(scores[row], keys: position + 1)
        logSums.matrix[tokens.lowerBound + row][head] = sum
        (scores[row] + position + 1).update(
          repeating: 0, count: queries.upperBound - position - 1)
      }
      multiply(
        .asIs, scores, .asIs, values(keys, head),
        into: attended.matrix.rows(tokens).columns(shape.result(head)), adding: false)
      worker.count(products: 2, queries: queries, width: shape.width)
    }
  }

  /// Scores of queries against keys: q kᵀ / √width.
  private func score(_ tokens: Range<Int>, _ keys: Range<Int>, _ head: Int, into scores: Matrix) {
    let all = queryKeyValue.matrix
    multiply(
      .asIs, all.rows(tokens).columns(shape.query(head)),
      .flipped, all.rows(keys).columns(shape.key(head / shape.group)),
      into: scores, scale: scale, adding: false)
  }

  private func values(_ keys: Range<Int>, _ head: Int) -> Matrix {
    queryKeyValue.matrix.rows(keys).columns(shape.value(head / shape.group))
  }

  /// Turns a query's scores into shares in place and returns ln Σ e^score.
  private func softmax(_ scores: UnsafeMutablePointer<Float>, keys: Int) -> Float {
    let largest = largestOf(scores, count: keys)
    var sum = Lanes.zero
    forEachStretch(keys) {
      scores[$0] = exponential(scores[$0] - largest)
      // Read back, because lanes past the row's end read as 0.
      sum += scores[$0]
    }
    let inverse = 1 / sum.sum()
    forEachStretch(keys) { scores[$0] = scores[$0] * inverse }
    return largest - logarithm(inverse)
  }

  /// With p the shares, o the result and g its gradient:
  /// ```
  /// dv = pᵀ g,  ds = p ∘ (g vᵀ − Σ g · o) / √width,  dq = ds k,  dk = dsᵀ q
  /// ```
  /// Each task takes a group of heads of one sequence, because they share keys and values.
  /// Source: FlashAttention-2, arXiv 2307.08691, algorithm 2.
  func attendBackward(_ worker: Worker) {
    let blocks = Blocks.queries(sequenceLength)
    worker.share(batch * shape.keyValueHeads) { item in
      let (sequence, group) = (item / shape.keyValueHeads, item % shape.keyValueHeads)
      let all = rows(sequence, 0..<sequenceLength)
      for token in all {
        let gradient = queryKeyValueGradient.matrix[token]
        (gradient + shape.key(group).lowerBound).update(repeating: 0, count: shape.width)
        (gradient + shape.value(group).lowerBound).update(repeating: 0, count: shape.width)
      }
      for head in group * shape.group..<(group + 1) * shape.group {
        for block in 0..<blocks.count {
          attendBackward(worker, sequence: sequence, head: head, queries: blocks[block])
        }
      }
    }
  }

  private func attendBackward(_ worker: Worker, sequence: Int, head: Int, queries: Range<Int>) {
    let keys = rows(sequence, 0..<queries.upperBound)
    let tokens = rows(sequence, queries)
    let group = head / shape.group
    let cut = { (tensor: Tensor) in
      tensor.matrix.rows(0..<queries.count).columns(0..<queries.upperBound)
    }
    let shares = cut(scores[worker.index])
    let slopes = cut(scoreGradients[worker.index])
    let gradient = attendedGradient.matrix.rows(tokens).columns(shape.result(head))
    score(tokens, keys, head, into: shares)
    multiply(.asIs, gradient, .flipped, values(keys, head), into: slopes, adding: false)
    for row in 0..<queries.count {
      let position = queries.lowerBound + row
      let token = tokens.lowerBound + row
      let result = attended.matrix[token] + shape.result(head).lowerBound
      let pull = innerProduct(gradient[row], result, count: shape.width)
      let (share, slope) = (shares[row], slopes[row])
      let logSum = logSums.matrix[token][head]
      forEachStretch(position + 1) {
        share[$0] = exponential(share[$0] - logSum)
        slope[$0] = share[$0] * (slope[$0] - pull) * scale
      }
      let masked = queries.upperBound - position - 1
      (share + position + 1).update(repeating: 0, count: masked)
      (slope + position + 1).update(repeating: 0, count: masked)
    }
    let (input, result) = (queryKeyValue.matrix, queryKeyValueGradient.matrix)
    let (query, key, value) = (shape.query(head), shape.key(group), shape.value(group))
    multiply(
      .flipped, shares, .asIs, gradient, into: result.rows(keys).columns(value), adding: true)
    multiply(
      .asIs, slopes, .asIs, input.rows(keys).columns(key),
      into: result.rows(tokens).columns(query), adding: false)
    multiply(
      .flipped, slopes, .asIs, input.rows(tokens).columns(query),
      into: result.rows(keys).columns(key), adding: true)
    worker.count(products: 5, queries: queries, width: shape.width)
  }
}

extension Worker {
  /// Counts products over the pairs of some queries and all keys up to each.
  fileprivate func count(products: Int, queries: Range<Int>, width: Int) {
    let pairs = queries.count * (queries.lowerBound + 1 + queries.upperBound) / 2
    tally.pointee.flops &+= 2 &* products &* pairs &* width
  }
}
