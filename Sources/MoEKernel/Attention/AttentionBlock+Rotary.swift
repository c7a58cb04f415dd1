import Foundation

/// Cosine and sine of the angle of each position and pair of a head's elements.
///
/// Pair i of a head of width d turns by position · 10000^(−2 i / d); it joins elements i and
/// i + d / 2. Source: RoFormer, arXiv 2104.09864, section 3.2, in the layout of GPT-NeoX.
struct RotaryTable {
  /// Positions × (width / 2).
  let cosines: Tensor
  let sines: Tensor

  init(positions: Int, width: Int) {
    let pairs = width / 2
    cosines = Tensor(rows: positions, columns: pairs)
    sines = Tensor(rows: positions, columns: pairs)
    for position in 0..<positions {
      for pair in 0..<pairs {
        let angle = Double(position) * pow(10_000, -2 * Double(pair) / Double(width))
        cosines[position, pair] = Float(cos(angle))
        sines[position, pair] = Float(sin(angle))
      }
    }
  }
}

extension AttentionBlock {
  /// Turns queries and keys by their position in place; a direction of −1 turns gradients back.
  func rotate(_ tensor: Tensor, direction: Float, _ worker: Worker) {
    let heads = shape.heads + shape.keyValueHeads
    let blocks = Blocks.pass(tensor.rows)
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        for head in 0..<heads {
          rotate(
            tensor.matrix[token] + head * shape.width, position: token % sequenceLength, direction)
        }
      }
      worker.move(2, blocks[block].count * heads * shape.width)
    }
  }

  private func rotate(_ head: UnsafeMutablePointer<Float>, position: Int, _ direction: Float) {
    let pairs = shape.width / 2
    let far = head + pairs
    let cosines = rotation.cosines.matrix[position]
    let sines = rotation.sines.matrix[position]
    forEachStretch(pairs) {
      let (a, b) = (head[$0], far[$0])
      let (cosine, sine) = (cosines[$0], sines[$0] * direction)
      head[$0] = a * cosine - b * sine
      far[$0] = b * cosine + a * sine
    }
  }
}
