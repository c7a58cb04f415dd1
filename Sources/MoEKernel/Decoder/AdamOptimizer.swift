import Glibc
public import Units

/// Adam over the weights of a model, after their gradients' norm has been limited.
///
/// ```
/// g     = gradient · min(1, limit ÷ ‖all gradients‖)
/// m     = β₁ m + (1 − β₁) g,  v = β₂ v + (1 − β₂) g²
/// w    −= rate · (m ÷ (1 − β₁ᵗ)) ÷ (√(v ÷ (1 − β₂ᵗ)) + ε)
/// ```
/// Sources: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1; Pascanu et al. 2013, arXiv 1211.5063,
/// algorithm 1 (the norm's limit). It clears the gradients
/// for the next step, unless told otherwise: then it leaves them as they were limited.
public final class AdamOptimizer {
  /// A tensor of weights with its gradient and its two moments.
  private struct Group {
    let weights: Tensor
    let gradient: Tensor
    let mean: Tensor
    let square: Tensor
  }

  /// Neighbouring elements of one group, the work of one task.
  private struct Piece {
    let group: Int
    let elements: Range<Int>
  }

  public var rate: Float
  /// Whether a step leaves gradients of 0, for the next step's passes to add to.
  public var clearsGradients = true
  public let meanDecay: Float = 0.9
  public let squareDecay: Float = 0.95
  public let normLimit: Float = 1
  /// ‖all gradients‖ of the last step, before the limit.
  public private(set) var gradientNorm: Float = 0
  /// The number of weights.
  public let count: Int

  private let groups: [Group]
  private let pieces: [Piece]
  private let squareSums: Tensor
  private let journal: StepJournal
  private let team: WorkerTeam
  private var steps = 0
  private var factors = Factors()

  /// Numbers of one step that every task needs.
  private struct Factors {
    var gradient: Float = 1
    var mean: Float = 1
    var square: Float = 1
  }

  init(_ tensors: [(weights: Tensor, gradient: Tensor)], rate: Float, team: WorkerTeam) {
    self.rate = rate
    self.team = team
    groups = tensors.map { weights, gradient in
      let moment = { Tensor(rows: weights.rows, columns: weights.columns) }
      return Group(weights: weights, gradient: gradient, mean: moment(), square: moment())
    }
    count = tensors.reduce(0) { $0 + $1.weights.count }
    pieces = groups.enumerated().flatMap { index, group in
      let blocks = Blocks(items: group.weights.count, size: 1 << 15)
      return (0..<blocks.count).map { Piece(group: index, elements: blocks[$0]) }
    }
    squareSums = Tensor(rows: 1, columns: pieces.count)
    journal = StepJournal(steps: 1, workers: team.count)
  }

  /// Changes the weights by one step.
  func step() {
    steps += 1
    journal.clear()
    team.run(self)
  }

  /// The time of the last step, and the bytes that it read and wrote.
  public var executed: (time: Seconds, traffic: Bytes) {
    let step = journal.measured(step: 0)
    return (step.time, step.traffic)
  }
}

extension AdamOptimizer: TeamProgram {
  func run(_ worker: Worker) {
    var worker = worker
    worker.tally = journal.tally(step: 0, worker: worker.index)
    journal.begin(worker)
    worker.share(pieces.count) { sumSquares($0, worker) }
    worker.once { settle() }
    worker.share(pieces.count) { update($0, worker) }
    journal.end(step: 0, worker)
  }

  private func sumSquares(_ index: Int, _ worker: Worker) {
    let piece = pieces[index]
    let gradient = groups[piece.group].gradient.matrix.base + piece.elements.lowerBound
    squareSums.matrix[0][index] = innerProduct(gradient, gradient, count: piece.elements.count)
    worker.move(1, piece.elements.count)
  }

  private func settle() {
    var sum = 0.0
    for index in pieces.indices { sum += Double(squareSums.matrix[0][index]) }
    gradientNorm = Float(sum.squareRoot())
    factors.gradient = gradientNorm > normLimit ? normLimit / gradientNorm : 1
    factors.mean = 1 / (1 - powf(meanDecay, Float(steps)))
    factors.square = 1 / (1 - powf(squareDecay, Float(steps)))
  }

  private func update(_ index: Int, _ worker: Worker) {
    let piece = pieces[index]
    let group = groups[piece.group]
    let start = piece.elements.lowerBound
    let weights = group.weights.matrix.base + start
    let gradient = group.gradient.matrix.base + start
    let mean = group.mean.matrix.base + start
    let square = group.square.matrix.base + start
    let factors = factors
    let clears = clearsGradients
    forEachStretch(piece.elements.count) {
      let slope = gradient[$0] * factors.gradient
      let m = mean[$0] * meanDecay + slope * (1 - meanDecay)
      let v = square[$0] * squareDecay + slope * slope * (1 - squareDecay)
      mean[$0] = m
      square[$0] = v
      let root = (v * factors.square).squareRoot() + 1e-8
      weights[$0] = weights[$0] - m * factors.mean * rate / root
      gradient[$0] = clears ? .zero : slope
    }
    worker.move(8, piece.elements.count)
  }
}
