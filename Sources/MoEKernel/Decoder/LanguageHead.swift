import CostModel
public import Workload

/// The last part of a model: norm, output projection, and cross-entropy against the next token.
///
/// ```
/// loss = mean over tokens of (ln Σ e^logit − logit of the target)
/// ```
public final class LanguageHead {
  public let normGain: Tensor
  public let normGainGradient: Tensor
  /// Hidden × vocabulary.
  public let weights: Tensor
  public let gradient: Tensor
  public let before: ResidualStream
  /// The loss of the last forward pass, in nats a token.
  public private(set) var loss = 0.0

  let block: Block
  private let norm: RMSNorm
  /// Tokens × vocabulary. The backward pass overwrites logits with their gradient.
  private let logits: Tensor
  private let logSums: Tensor
  /// Sums of the loss of each block of tokens.
  private let lossParts: UnsafeMutablePointer<Double>
  private let targets: IntegerTable
  private let runner: PartRunner<LanguageHead>

  public init(
    model: ModelArchitecture, batch: Int, sequenceLength: Int, team: WorkerTeam,
    from before: ResidualStream? = nil, normEpsilon: Float = 1e-6
  ) throws(ModelFault) {
    guard !model.tiedEmbeddings, model.multiTokenLayers == 0 else { throw .ends }
    let tokens = batch * sequenceLength
    guard model.vocabulary > 0, model.hidden > 0, tokens > 0 else { throw .emptyShape }
    self.before = before ?? ResidualStream(tokens: tokens, hidden: model.hidden)
    normGain = Tensor(rows: 1, columns: model.hidden)
    normGainGradient = Tensor(rows: 1, columns: model.hidden)
    weights = Tensor(rows: model.hidden, columns: model.vocabulary)
    gradient = Tensor(rows: model.hidden, columns: model.vocabulary)
    norm = RMSNorm(
      self.before, gain: normGain, gainGradient: normGainGradient, epsilon: normEpsilon,
      adds: false)
    logits = Tensor(rows: tokens, columns: model.vocabulary)
    logSums = Tensor(rows: 1, columns: tokens)
    lossParts = .allocate(capacity: Blocks.pass(tokens).count)
    targets = IntegerTable(rows: 1, columns: tokens)
    block = Lowering.oneRank(model, batch: batch, sequenceLength: sequenceLength).head()
    runner = PartRunner(KernelProgram(block, kernel: HeadKernel.init), team: team)
  }

  deinit { lossParts.deallocate() }

  private var tokens: Int { before.tokens }
  private var vocabulary: Int { weights.columns }

  /// Computes the loss of predicting the targets.
  public func forward(_ targets: UnsafeBufferPointer<Int32>) {
    precondition(targets.count == tokens, "a batch has one target for each row")
    for (row, target) in targets.enumerated() {
      precondition(target >= 0 && target < vocabulary, "a target lies outside the vocabulary")
      self.targets[0][row] = target
    }
    runner.forward(self)
    var sum = 0.0
    for block in 0..<Blocks.pass(tokens).count { sum += lossParts[block] }
    loss = sum / Double(tokens)
  }

  /// Computes the gradient of `before` and adds to those of the weights.
  public func backward() { runner.backward(self) }

  /// The operations of the last passes, in order.
  public var executed: (forward: [ExecutedOperation], backward: [ExecutedOperation]) {
    runner.executed(block)
  }
}

/// The kernels of the head.
enum HeadKernel {
  case norm, output, loss

  init?(_ operation: Operation) {
    switch (operation.name, operation.work) {
    case (.finalNorm, .memory): self = .norm
    case (.output, .matrix): self = .output
    case (.loss, .memory): self = .loss
    default: return nil
    }
  }
}

extension LanguageHead: ModelPart {
  func execute(_ kernel: HeadKernel, _ pass: MatrixPass, _ worker: Worker) {
    let isForward = pass == .forward
    switch kernel {
    case .norm: isForward ? norm.forward(worker) : norm.backward(worker)
    case .output:
      worker.shareLinear(
        pass, x: norm.normed, weights: weights, y: logits,
        gradients: (norm.normedGradient, gradient, logits))
    case .loss: isForward ? entropy(worker) : entropyBackward(worker)
    }
  }

  private func entropy(_ worker: Worker) {
    let blocks = Blocks.pass(tokens)
    worker.share(blocks.count) { block in
      var sum = 0.0
      for token in blocks[block] {
        let row = logits.matrix[token]
        let largest = largestOf(row, count: vocabulary)
        // Lanes past the row's end read as 0, and count as e^−largest unless they are left out.
        let whole = vocabulary / 8 * 8
        var lanes = Lanes.zero
        forEachStretch(whole) { lanes += exponential(row[$0] - largest) }
        var total = lanes.sum()
        for column in whole..<vocabulary {
          total += exponential(Lanes(repeating: row[column] - largest))[0]
        }
        let logSum = largest + logarithm(total)
        logSums.matrix[0][token] = logSum
        sum += Double(logSum - row[Int(targets[0][token])])
      }
      lossParts[block] = sum
      // Read once from memory: a row stays in the cache between its largest logit and its sum.
      worker.move(1, blocks[block].count * vocabulary)
    }
  }

  /// dlogit = (e^(logit − ln Σ) − 1 for the target) ÷ tokens.
  private func entropyBackward(_ worker: Worker) {
    let blocks = Blocks.pass(tokens)
    let share = 1 / Float(tokens)
    worker.share(blocks.count) { block in
      for token in blocks[block] {
        let row = logits.matrix[token]
        let logSum = logSums.matrix[0][token]
        forEachStretch(vocabulary) { row[$0] = exponential(row[$0] - logSum) * share }
        row[Int(targets[0][token])] -= share
      }
      worker.move(2, blocks[block].count * vocabulary)
    }
  }
}
