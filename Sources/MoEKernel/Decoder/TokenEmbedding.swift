import CostModel
import Workload

/// The look-up of token embeddings: the first part of a model.
public final class TokenEmbedding {
  /// Vocabulary × hidden.
  public let weights: Tensor
  public let gradient: Tensor
  public let after: ResidualStream
  let block: Block
  private let tokens: IntegerTable
  private let runner: PartRunner<TokenEmbedding>

  init(
    model: ModelArchitecture, batch: Int, sequenceLength: Int, team: WorkerTeam,
    into after: ResidualStream
  ) {
    weights = Tensor(rows: model.vocabulary, columns: model.hidden)
    gradient = Tensor(rows: model.vocabulary, columns: model.hidden)
    tokens = IntegerTable(rows: 1, columns: batch * sequenceLength)
    self.after = after
    block = Lowering.oneRank(model, batch: batch, sequenceLength: sequenceLength).embedding()
    runner = PartRunner(
      KernelProgram(block) { $0.name == .embedding ? () : nil }, team: team)
  }

  /// Looks the tokens' rows up.
  func forward(_ tokens: UnsafeBufferPointer<Int32>) {
    precondition(tokens.count == after.tokens, "a batch has one token for each row")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && token < weights.rows, "a token lies outside the vocabulary")
      self.tokens[0][row] = token
    }
    runner.forward(self)
  }

  /// Adds each row's gradient to that of its token.
  func backward() { runner.backward(self) }

  var executed: (forward: [ExecutedOperation], backward: [ExecutedOperation]) {
    runner.executed(block)
  }
}

extension TokenEmbedding: ModelPart {
  func execute(_ kernel: Void, _ pass: MatrixPass, _ worker: Worker) {
    pass == .forward ? lookUp(worker) : addUp(worker)
  }

  private func lookUp(_ worker: Worker) {
    let blocks = Blocks.pass(after.tokens)
    worker.share(blocks.count) { block in
      for row in blocks[block] {
        after.value.matrix[row].update(
          from: weights.matrix[Int(tokens[0][row])], count: after.hidden)
      }
      worker.move(2, blocks[block].count * after.hidden)
    }
  }

  /// Each task takes some columns of all rows, so that rows of one token do not meet.
  private func addUp(_ worker: Worker) {
    let pieces = Blocks(items: after.hidden, size: 64)
    worker.share(pieces.count) { piece in
      let columns = pieces[piece]
      for row in 0..<after.tokens {
        let sum = gradient.matrix[Int(tokens[0][row])] + columns.lowerBound
        let slope = after.gradient.matrix[row] + columns.lowerBound
        forEachStretch(columns.count) { sum[$0] += slope[$0] }
      }
      worker.move(3, after.tokens * columns.count)
    }
  }
}
