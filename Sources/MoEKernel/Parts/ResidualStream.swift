/// The hidden state between two parts of a model, tokens × hidden, and its gradient.
///
/// The part before it writes `value`, the part after it writes `gradient`.
public final class ResidualStream {
  public let value: Tensor
  public let gradient: Tensor

  /// Makes a stream of zeros.
  public init(tokens: Int, hidden: Int) {
    value = Tensor(rows: tokens, columns: hidden)
    gradient = Tensor(rows: tokens, columns: hidden)
  }

  var tokens: Int { value.rows }
  var hidden: Int { value.columns }

  /// The sum with the residual stream: `value` += the value of the stream before.
  func add(_ before: ResidualStream, _ worker: Worker) {
    let blocks = Blocks.pass(tokens)
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        let sum = value.matrix[token]
        let x = before.value.matrix[token]
        forEachStretch(hidden) { sum[$0] += x[$0] }
      }
      worker.move(3, blocks[block].count * hidden)
    }
  }

  /// Hands the gradient to the stream before, to which the part then adds its own.
  func passGradient(to before: ResidualStream, _ worker: Worker) {
    let blocks = Blocks.pass(tokens)
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        before.gradient.matrix[token].update(from: gradient.matrix[token], count: hidden)
      }
      worker.move(2, blocks[block].count * hidden)
    }
  }
}
