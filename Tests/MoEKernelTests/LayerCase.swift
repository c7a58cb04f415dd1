import MoEKernel
import Numerics
import Testing
import Workload

/// A layer with its numbers, drawn from a seed, beside the reference for the same numbers.
struct LayerCase {
  var hidden = 12
  var tokens = 10
  var experts = ExpertLayer(count: 4, topK: 2, width: 6)
  var rule = RoutingRule()
  var bias: [Float]?
  var seed: UInt64 = 1

  var model: ModelArchitecture {
    ModelArchitecture(
      id: "test", name: "Test", layers: 1, hidden: hidden, vocabulary: 10, tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 1, keyValueHeads: 1, headWidth: hidden)),
      feedForward: FeedForward(width: hidden, gated: true), experts: experts)
  }

  /// A layer with every weight, the input and the output's gradient drawn.
  func layer(workers: Int = 2) throws -> MoELayer {
    let layer = try MoELayer(
      model: model, tokens: tokens, rule: rule, team: WorkerTeam(workers: workers))
    let random = RandomGenerator(seed: seed)
    let draw = { Float(random.normal(mean: 0, deviation: 1)) }
    layer.weights.draw(from: random, deviation: 0.5)
    layer.weights.normGain.fill { 1 + 0.2 * draw() }
    layer.input.fill(with: draw)
    layer.outputGradient.fill(with: draw)
    if let bias {
      var rest = bias[...]
      layer.selectionBias.fill { rest.removeFirst() }
    }
    return layer
  }

  var reference: ReferenceLayer {
    ReferenceLayer(
      hidden: hidden, tokens: tokens, experts: experts, rule: rule,
      bias: bias?.map(Double.init) ?? Array(repeating: 0, count: experts.count))
  }

  static func parameters(_ layer: MoELayer) -> ReferenceLayer.Parameters {
    ReferenceLayer.Parameters(
      input: layer.input.values.map(Double.init),
      weights: layer.weights.all.map { $0.values.map(Double.init) })
  }

  /// A shape that nothing is special about, or that is at an edge: no rule is left out.
  ///
  /// Shapes where two experts come so close that 32 bits may choose another one are drawn again.
  static func drawn(seed: UInt64) throws -> LayerCase {
    var random = RandomGenerator(seed: seed)
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    while true {
      var drawn = LayerCase(
        hidden: number(1...21), tokens: number(1...90), seed: random.next() % 1_000_000)
      let groups = number(1...3)
      let count = groups * number(1...4)
      let visited = number(1...groups)
      drawn.experts = ExpertLayer(
        count: count, topK: number(1...visited * (count / groups)), width: number(1...17),
        sharedWidth: number(0...1) * number(1...17), groupLimit: groups > 1 ? visited : nil)
      drawn.rule = RoutingRule(
        score: number(0...1) == 0 ? .softmax : .sigmoid, normalizes: number(0...1) == 0,
        scale: Float(number(1...3)), groups: groups,
        groupRank: number(0...1) == 0 ? .best : .bestTwo,
        capacityFactor: number(0...1) == 0 ? nil : 0.5 * Double(number(1...4)),
        balanceLoss: Float(number(0...1)) * 0.3, zLoss: Float(number(0...1)) * 0.1)
      if number(0...1) == 0 {
        drawn.bias = (0..<count).map { _ in Float(number(-2...2)) * 0.25 }
      }
      let layer = try drawn.layer(workers: 1)
      if drawn.reference.run(parameters(layer)).closestCall > 1e-4 { return drawn }
    }
  }
}

extension LayerCase: CustomTestStringConvertible {
  var testDescription: String {
    "\(tokens) tokens of \(hidden), \(experts.topK) of \(experts.count) experts of \(experts.width)"
  }
}
