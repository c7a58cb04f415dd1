import CostModel
import Numerics
import Units

/// One run of a part: its operations as they ran, and the optimizer's time where it has one.
struct PartRun {
  var forward: [ExecutedOperation]
  var backward: [ExecutedOperation]
  var optimizer: Seconds?
}

/// A part with numbers in it, ready to run again and again.
struct PreparedPart {
  /// Weights that the optimizer changes.
  let trained: Int
  let run: () -> PartRun

  init(_ shape: MeasuredShape, team: WorkerTeam) throws(ModelFault) {
    let numbers = NumberMill(seed: 7)
    switch shape.part {
    case .product:
      let layer = LinearLayer(
        rows: shape.tokens, inputs: shape.hidden, outputs: shape.width, team: team)
      numbers.fill([layer.input, layer.weights, layer.outputGradient])
      trained = 0
      run = {
        layer.forward()
        layer.backward()
        return PartRun(forward: layer.executed.forward, backward: layer.executed.backward)
      }
    case .experts:
      let layer = try MoELayer(
        model: shape.model, tokens: shape.tokens,
        rule: RoutingRule(balanceLoss: 0.01, zLoss: 0.001), team: team)
      numbers.fill([layer.input, layer.outputGradient] + layer.weights.all.dropFirst())
      layer.weights.normGain.fill { 1 }
      trained = 0
      run = {
        layer.forward()
        layer.backward()
        return PartRun(forward: layer.executedForward, backward: layer.executedBackward)
      }
    case .attention:
      let block = try AttentionBlock(
        model: shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength, team: team)
      numbers.fill([block.before.value, block.after.gradient] + block.weights.all.dropFirst())
      block.weights.normGain.fill { 1 }
      trained = 0
      run = {
        block.forward()
        block.backward()
        return PartRun(forward: block.executedForward, backward: block.executedBackward)
      }
    case .head:
      let head = try LanguageHead(
        model: shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength, team: team)
      numbers.fill([head.before.value, head.weights])
      head.normGain.fill { 1 }
      let targets = numbers.tokens(shape.tokens, below: shape.vocabulary)
      trained = 0
      run = {
        targets.withUnsafeBufferPointer(head.forward)
        head.backward()
        return PartRun(forward: head.executed.forward, backward: head.executed.backward)
      }
    case .step:
      let decoder = try Decoder(
        model: shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength,
        rule: RoutingRule(balanceLoss: 0.01), rate: 0, team: team)
      decoder.draw(from: RandomGenerator(seed: 7))
      let tokens = numbers.tokens(shape.tokens + 1, below: shape.vocabulary)
      trained = decoder.optimizer.count
      run = {
        tokens.withUnsafeBufferPointer { all in
          _ = decoder.step(
            tokens: .init(rebasing: all.dropLast()), targets: .init(rebasing: all.dropFirst()))
        }
        return PartRun(
          forward: decoder.executed.forward, backward: decoder.executed.backward,
          optimizer: decoder.optimizer.executed.time)
      }
    }
  }
}

/// Makes numbers that are quick to make and tell nothing: a short list of normal ones, over and over.
private struct NumberMill {
  private let list: [Float]
  private let random: RandomGenerator

  init(seed: UInt64) {
    let random = RandomGenerator(seed: seed)
    self.random = random
    list = (0..<4099).map { _ in Float(random.normal(mean: 0, deviation: 0.05)) }
  }

  func fill(_ tensors: [Tensor]) {
    for tensor in tensors {
      for index in 0..<tensor.count { tensor.matrix.base[index] = list[index % list.count] }
    }
  }

  func tokens(_ count: Int, below vocabulary: Int) -> [Int32] {
    (0..<count).map { _ in Int32(random.uniform() * Double(vocabulary)) }
  }
}
