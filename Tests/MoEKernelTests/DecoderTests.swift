import CostModel
import Foundation
import MoEKernel
import Numerics
import Testing
import Units
import Workload

@Suite("A small decoder")
struct DecoderTests {
  private func model(topK: Int = 2) -> ModelArchitecture {
    ModelArchitecture(
      id: "test", name: "Test", layers: 2, hidden: 16, vocabulary: 11,
      tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 2, keyValueHeads: 1, headWidth: 8)),
      feedForward: FeedForward(width: 16, gated: true),
      experts: ExpertLayer(count: 4, topK: topK, width: 8, sharedWidth: 8))
  }

  private func decoder(
    topK: Int = 2, rule: RoutingRule = RoutingRule(balanceLoss: 0.01), rate: Float = 5e-3
  ) throws -> Decoder {
    let decoder = try Decoder(
      model: model(topK: topK), batch: 2, sequenceLength: 12, rule: rule, rate: rate,
      team: WorkerTeam(workers: 1))
    decoder.draw(from: RandomGenerator(seed: 1), deviation: 0.2)
    return decoder
  }

  /// A text that a small model can learn: each token is 3 more than the one before.
  private let tokens = (0..<24).map { Int32(($0 * 3) % 11) }
  private let targets = (1...24).map { Int32(($0 * 3) % 11) }

  private func step(_ decoder: Decoder) -> Double {
    tokens.withUnsafeBufferPointer { tokens in
      targets.withUnsafeBufferPointer { decoder.step(tokens: tokens, targets: $0) }
    }
  }

  @Test("the loss of a model that knows nothing is that of a guess, and it falls")
  func learns() throws {
    let decoder = try decoder()
    decoder.head.weights.clear()
    #expect(abs(step(decoder) - log(11)) < 1e-6)
    var loss = 0.0
    for _ in 0..<60 { loss = step(decoder) }
    #expect(loss < 0.2)
  }

  @Test("expert loads of every layer count every choice")
  func loads() throws {
    let decoder = try decoder()
    _ = step(decoder)
    #expect(decoder.experts.map { $0.expertLoads.reduce(0, +) } == [48, 48])
  }

  /// Central difference of the loss along the gradient of one tensor, against its square. The
  /// kernel computes in FP32, hence the wide step and the tolerance; a wrong sign or a part that is
  /// left out is far outside it.
  @Test("the loss falls along the gradient of every part as fast as the gradient says")
  func slopes() throws {
    // A step at a rate of 0 changes nothing, and with all experts chosen no choice can turn.
    let decoder = try decoder(topK: 4, rule: RoutingRule(), rate: 0)
    let parts = [
      (decoder.embedding.weights, decoder.embedding.gradient),
      (decoder.attention[0].weights.queryKeyValue, decoder.attention[0].gradients.queryKeyValue),
      (decoder.attention[1].weights.output, decoder.attention[1].gradients.output),
      (decoder.experts[0].weights.down, decoder.experts[0].gradients.down),
      (decoder.head.weights, decoder.head.gradient),
      (decoder.head.normGain, decoder.head.normGainGradient),
    ]
    let gradients = try gradients(decoder, parts.map(\.1))
    for ((weights, _), gradient) in zip(parts, gradients) {
      let square = gradient.reduce(0) { $0 + Double($1) * Double($1) }
      let step = 0.02 / square.squareRoot()
      let start = weights.values
      var losses: [Double] = []
      for sign in [1.0, -1.0] {
        var values = zip(start, gradient).map { $0 + Float(sign * step) * $1 }[...]
        weights.fill { values.removeFirst() }
        losses.append(self.step(decoder))
      }
      var values = start[...]
      weights.fill { values.removeFirst() }
      let slope = (losses[0] - losses[1]) / (2 * step)
      #expect(abs(slope / square - 1) < 0.02)
    }
  }

  /// The gradients of one step, which its optimizer clears: the passes alone, from the parts.
  private func gradients(_ decoder: Decoder, _ tensors: [Tensor]) throws -> [[Float]] {
    decoder.optimizer.clearsGradients = false
    _ = step(decoder)
    // The optimizer has cut them down to a norm of 1.
    let cut = max(1, decoder.optimizer.gradientNorm)
    let values = tensors.map { $0.values.map { $0 * cut } }
    decoder.optimizer.clearsGradients = true
    _ = step(decoder)
    return values
  }

  // m / (1 − β₁) = g and v / (1 − β₂) = g², so the first step is rate · g / (|g| + 10⁻⁸): the rate
  // itself, but for the least gradients.
  @Test("the first step of Adam is its rate")
  func firstStep() throws {
    let decoder = try decoder(rate: 0.01)
    let before = decoder.head.weights.values
    _ = step(decoder)
    let changes = zip(before, decoder.head.weights.values).map { abs($0 - $1) }
    #expect(changes.allSatisfy { $0 < 0.01001 })
    #expect(changes.count { $0 > 0.0099 } > changes.count * 9 / 10)
  }

  @Test("a step counts the lowering's work and bytes, and the optimizer 36 bytes a weight")
  func counts() throws {
    let decoder = try decoder()
    _ = step(decoder)
    let executed = decoder.executed
    for each in executed.forward + executed.backward {
      #expect(each.work == each.operation.executedWork)
      if case .memory(let bytes) = each.operation.work { #expect(each.traffic == bytes) }
    }
    #expect(decoder.optimizer.executed.traffic.value == 36 * Double(decoder.optimizer.count))
    let names = executed.forward.map(\.operation.name)
    #expect(names.first == .embedding && names.last == .loss)
    #expect(executed.backward.first?.operation.name == .loss)
    #expect(executed.backward.last?.operation.name == .embedding)
    #expect(decoder.stepTimes.total.value > 0)
  }

  @Test("a model that cannot run says why")
  func faults() {
    func fault(_ change: (inout ModelArchitecture) -> Void) -> ModelFault? {
      var model = model()
      change(&model)
      do {
        _ = try Decoder(
          model: model, batch: 1, sequenceLength: 4, rule: RoutingRule(),
          team: WorkerTeam(workers: 1))
        return nil
      } catch { return error }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.experts = nil } == .noExperts)
    #expect(fault { $0.experts?.leadingDenseLayers = 1 } == .denseLayers)
    #expect(fault { $0.tiedEmbeddings = true } == .ends)
    #expect(fault { $0.vocabulary = 0 } == .emptyShape)
    #expect(fault { $0.layers = 0 } == .emptyShape)
  }
}

@Suite("The head of a model")
struct HeadTests {
  @Test("the gradient of the loss is its slope", arguments: [1, 5, 8, 11])
  func gradients(vocabulary: Int) throws {
    let (hidden, tokens) = (6, 5)
    let model = ModelArchitecture(
      id: "test", name: "Test", layers: 1, hidden: hidden, vocabulary: vocabulary,
      tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 1, keyValueHeads: 1, headWidth: 2)),
      feedForward: FeedForward(width: 4, gated: true), experts: nil)
    let head = try LanguageHead(
      model: model, batch: 1, sequenceLength: tokens, team: WorkerTeam(workers: 2))
    let random = RandomGenerator(seed: 3)
    let draw = { Float(random.normal(mean: 0, deviation: 1)) }
    for tensor in [head.before.value, head.normGain, head.weights] { tensor.fill(with: draw) }
    let targets = (0..<tokens).map { Int32(($0 * 7) % vocabulary) }
    targets.withUnsafeBufferPointer(head.forward)
    head.backward()
    let parameters = [head.before.value, head.normGain, head.weights].map {
      $0.values.map(Double.init)
    }
    #expect(abs(head.loss - loss(parameters, targets, vocabulary)) < 1e-5)
    let found = [head.before.gradient, head.normGainGradient, head.gradient]
    for (index, gradient) in found.enumerated() {
      for (element, value) in gradient.values.enumerated() {
        var (above, below) = (parameters, parameters)
        above[index][element] += 1e-5
        below[index][element] -= 1e-5
        let slope =
          (loss(above, targets, vocabulary) - loss(below, targets, vocabulary)) / 2e-5
        #expect(abs(Double(value) - slope) < 2e-5)
      }
    }
  }

  private func loss(_ parameters: [[Double]], _ targets: [Int32], _ vocabulary: Int) -> Double {
    let hidden = parameters[1].count
    return targets.enumerated().reduce(0.0) { sum, target in
      let x = parameters[0][target.offset * hidden..<(target.offset + 1) * hidden]
      let root = (x.reduce(0) { $0 + $1 * $1 } / Double(hidden) + 1e-6).squareRoot()
      let y = zip(x, parameters[1]).map { $0 / root * $1 }
      let logits = (0..<vocabulary).map { column in
        y.indices.reduce(0.0) { $0 + y[$1] * parameters[2][$1 * vocabulary + column] }
      }
      return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(target.element)]
    } / Double(targets.count)
  }
}
