public import Numerics
import Workload

/// The weights of an attention block, or their gradients.
public final class AttentionWeights {
  /// The gain of the RMS norm: 1 × hidden.
  public let normGain: Tensor
  /// hidden × (queries of all heads, keys of all groups, values of all groups).
  public let queryKeyValue: Tensor
  /// (Results of all heads) × hidden.
  public let output: Tensor

  init(hidden: Int, shape: HeadShape) {
    normGain = Tensor(rows: 1, columns: hidden)
    queryKeyValue = Tensor(rows: hidden, columns: shape.columns)
    output = Tensor(rows: shape.heads * shape.width, columns: hidden)
  }

  /// All tensors, in the order of their declaration.
  public var all: [Tensor] { [normGain, queryKeyValue, output] }

  /// Draws every matrix from a normal distribution and sets the norm's gain to 1.
  public func draw(from random: RandomGenerator, deviation: Double) {
    normGain.fill { 1 }
    for tensor in all.dropFirst() {
      tensor.fill { Float(random.normal(mean: 0, deviation: deviation)) }
    }
  }
}

/// How the columns of queries, keys and values lie side by side: those of each head in turn.
struct HeadShape {
  let heads: Int
  let keyValueHeads: Int
  let width: Int

  var columns: Int { (heads + 2 * keyValueHeads) * width }
  /// Heads that share the keys and values of one group.
  var group: Int { heads / keyValueHeads }

  func query(_ head: Int) -> Range<Int> { place(head) }
  func key(_ group: Int) -> Range<Int> { place(heads + group) }
  func value(_ group: Int) -> Range<Int> { place(heads + keyValueHeads + group) }
  /// The columns of a head's result.
  func result(_ head: Int) -> Range<Int> { place(head) }

  private func place(_ index: Int) -> Range<Int> { index * width..<(index + 1) * width }
}
