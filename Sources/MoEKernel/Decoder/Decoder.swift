import CostModel
public import Numerics
public import Units
public import Workload

/// A small decoder with experts in every layer, on real numbers: it trains.
///
/// ```
/// embedding → (attention block → layer with experts) · layers → norm, output projection, loss
/// ```
/// One rank holds it whole, in FP32. Everything is allocated at the start.
public final class Decoder {
  public let model: ModelArchitecture
  public let batch: Int
  public let sequenceLength: Int
  public let embedding: TokenEmbedding
  public let attention: [AttentionBlock]
  public let experts: [MoELayer]
  public let head: LanguageHead
  public let optimizer: AdamOptimizer

  /// - Parameters:
  ///   - batch: Sequences of a step.
  ///   - rate: The optimizer's step size.
  /// - Throws: Why the model cannot run here.
  public init(
    model: ModelArchitecture, batch: Int, sequenceLength: Int, rule: RoutingRule,
    rate: Float = 1e-3, team: WorkerTeam
  ) throws(ModelFault) {
    guard model.experts != nil else { throw .noExperts }
    guard model.layers >= 1, batch >= 1, sequenceLength >= 1 else { throw .emptyShape }
    guard model.expertLayers == model.layers else { throw .denseLayers }
    self.model = model
    self.batch = batch
    self.sequenceLength = sequenceLength
    let tokens = batch * sequenceLength
    let streams = (0...2 * model.layers).map { _ in
      ResidualStream(tokens: tokens, hidden: model.hidden)
    }
    head = try LanguageHead(
      model: model, batch: batch, sequenceLength: sequenceLength, team: team,
      from: streams[2 * model.layers])
    var attention: [AttentionBlock] = []
    var experts: [MoELayer] = []
    for layer in 0..<model.layers {
      attention.append(
        try AttentionBlock(
          model: model, batch: batch, sequenceLength: sequenceLength, team: team,
          between: (streams[2 * layer], streams[2 * layer + 1])))
      experts.append(
        try MoELayer(
          model: model, tokens: tokens, rule: rule, team: team,
          between: (streams[2 * layer + 1], streams[2 * layer + 2])))
    }
    self.attention = attention
    self.experts = experts
    embedding = TokenEmbedding(
      model: model, batch: batch, sequenceLength: sequenceLength, team: team, into: streams[0])
    optimizer = AdamOptimizer(
      Self.trained(embedding, attention, experts, head), rate: rate, team: team)
  }

  /// Every tensor that training changes, with its gradient.
  private static func trained(
    _ embedding: TokenEmbedding, _ attention: [AttentionBlock], _ experts: [MoELayer],
    _ head: LanguageHead
  ) -> [(weights: Tensor, gradient: Tensor)] {
    var all = [(weights: embedding.weights, gradient: embedding.gradient)]
    for (attention, experts) in zip(attention, experts) {
      all += zip(attention.weights.all, attention.gradients.all).map { ($0, $1) }
      all += zip(experts.weights.all, experts.gradients.all).map { ($0, $1) }
    }
    all.append((head.normGain, head.normGainGradient))
    all.append((head.weights, head.gradient))
    return all.filter { $0.weights.count > 0 }
  }

  /// Draws all weights from a normal distribution.
  public func draw(from random: RandomGenerator, deviation: Double = 0.02) {
    let normal = { Float(random.normal(mean: 0, deviation: deviation)) }
    embedding.weights.fill(with: normal)
    for (attention, experts) in zip(attention, experts) {
      attention.weights.draw(from: random, deviation: deviation)
      experts.weights.draw(from: random, deviation: deviation)
    }
    head.normGain.fill { 1 }
    head.weights.fill(with: normal)
  }

  /// One optimizer step on a batch, and its loss in nats a token, before the step.
  ///
  /// - Parameters:
  ///   - tokens: Batch · sequence length token numbers, sequence by sequence.
  ///   - targets: The token that follows each of them.
  public func step(
    tokens: UnsafeBufferPointer<Int32>, targets: UnsafeBufferPointer<Int32>
  ) -> Double {
    forward(tokens: tokens, targets: targets)
    backward()
    optimizer.step()
    return head.loss
  }

  func forward(tokens: UnsafeBufferPointer<Int32>, targets: UnsafeBufferPointer<Int32>) {
    embedding.forward(tokens)
    for layer in 0..<model.layers {
      attention[layer].forward()
      experts[layer].forward()
    }
    head.forward(targets)
  }

  func backward() {
    head.backward()
    for after in 0..<model.layers {
      let layer = model.layers - 1 - after
      experts[layer].backward()
      attention[layer].backward()
    }
    embedding.backward()
  }
}

extension Decoder {
  /// Where the time of the last step went.
  public struct StepTimes: Sendable {
    public var forward: Seconds
    public var backward: Seconds
    public var optimizer: Seconds

    public var total: Seconds { forward + backward + optimizer }
  }

  /// The operations of the last step's passes, in order.
  public var executed: (forward: [ExecutedOperation], backward: [ExecutedOperation]) {
    var forward = embedding.executed.forward
    var backward: [ExecutedOperation] = []
    for (attention, experts) in zip(attention, experts) {
      forward += attention.executedForward + experts.executedForward
      backward = experts.executedBackward + attention.executedBackward + backward
    }
    let head = head.executed
    return (
      forward + head.forward, head.backward + backward + embedding.executed.backward
    )
  }

  public var stepTimes: StepTimes {
    let executed = executed
    let sum = { (operations: [ExecutedOperation]) in
      operations.reduce(Seconds.zero) { $0 + $1.time }
    }
    return StepTimes(
      forward: sum(executed.forward), backward: sum(executed.backward),
      optimizer: optimizer.executed.time)
  }
}
