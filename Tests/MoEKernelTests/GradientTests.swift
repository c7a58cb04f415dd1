import MoEKernel
import Testing
import Workload

/// Analytic gradients of the kernel against central differences of the reference, which computes
/// in double precision: a step of 10⁻⁵ then leaves an error near 10⁻⁹, far below that of FP32.
@Suite("The layer's backward pass")
struct GradientTests {
  private func loss(
    _ reference: ReferenceLayer, _ parameters: ReferenceLayer.Parameters, _ slopes: [Double]
  ) -> Double {
    let result = reference.run(parameters)
    return zip(result.output, slopes).reduce(result.balanceLoss + result.zLoss) {
      $0 + $1.0 * $1.1
    }
  }

  private func difference(
    _ reference: ReferenceLayer, _ parameters: ReferenceLayer.Parameters, _ slopes: [Double],
    _ path: WritableKeyPath<ReferenceLayer.Parameters, [Double]>, _ index: Int
  ) -> Double {
    let step = 1e-5
    var (above, below) = (parameters, parameters)
    above[keyPath: path][index] += step
    below[keyPath: path][index] -= step
    return (loss(reference, above, slopes) - loss(reference, below, slopes)) / (2 * step)
  }

  /// Compares every element of every gradient.
  private func expectGradients(_ layerCase: LayerCase) throws {
    let layer = try layerCase.layer()
    layer.forward()
    layer.backward()
    let reference = layerCase.reference
    let parameters = LayerCase.parameters(layer)
    let slopes = layer.outputGradient.values.map(Double.init)
    var found = [(\ReferenceLayer.Parameters.input, layer.inputGradient)]
    for (index, gradient) in layer.gradients.all.enumerated() {
      found.append((\ReferenceLayer.Parameters.weights[index], gradient))
    }
    for (path, gradient) in found {
      let expected = gradient.values.indices.map {
        difference(reference, parameters, slopes, path, $0)
      }
      let scale = expected.reduce(1) { max($0, abs($1)) }
      let error = zip(gradient.values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      #expect(error < 2e-5 * scale, "\(path)")
    }
  }

  private func small(_ rule: RoutingRule, shared: Int = 0, groupLimit: Int? = nil) -> LayerCase {
    LayerCase(
      hidden: 5, tokens: 7,
      experts: ExpertLayer(
        count: 4, topK: 2, width: 3, sharedWidth: shared, groupLimit: groupLimit),
      rule: rule, seed: 5)
  }

  @Test(
    "every gradient is the slope of the loss",
    arguments: RoutingRule.Score.allCases, [true, false])
  func scores(score: RoutingRule.Score, normalizes: Bool) throws {
    try expectGradients(small(RoutingRule(score: score, normalizes: normalizes, scale: 1.5)))
  }

  @Test("so it is with both losses on the router", arguments: RoutingRule.Score.allCases)
  func losses(score: RoutingRule.Score) throws {
    try expectGradients(small(RoutingRule(score: score, balanceLoss: 0.7, zLoss: 0.4)))
  }

  @Test("so it is with shared experts")
  func shared() throws { try expectGradients(small(RoutingRule(), shared: 4)) }

  @Test("so it is where tokens are dropped", arguments: [0.5, 0.75, 1.0])
  func drops(factor: Double) throws {
    try expectGradients(small(RoutingRule(capacityFactor: factor), shared: 2))
  }

  @Test("so it is where routing is limited to groups", arguments: RoutingRule.GroupRank.allCases)
  func groups(rank: RoutingRule.GroupRank) throws {
    try expectGradients(small(RoutingRule(groups: 2, groupRank: rank), groupLimit: 1))
  }

  @Test("so it is whatever the shape", arguments: 100..<112)
  func anyShape(seed: UInt64) throws {
    var layerCase = try LayerCase.drawn(seed: seed)
    layerCase.tokens = min(layerCase.tokens, 9)
    layerCase.hidden = min(layerCase.hidden, 6)
    try expectGradients(layerCase)
  }

  @Test("an expert that nobody chooses gets no gradient")
  func idleExpert() throws {
    var layerCase = small(RoutingRule())
    layerCase.bias = [0, -100, 0, 0]
    let layer = try layerCase.layer()
    layer.forward()
    layer.backward()
    // Rows of expert 1: 5 of gate and up, 3 of down.
    let gateUp = layer.gradients.gateUp.values[5 * 6..<10 * 6]
    let down = layer.gradients.down.values[3 * 5..<6 * 5]
    #expect(gateUp.allSatisfy { $0 == 0 } && down.allSatisfy { $0 == 0 })
    #expect(layer.gradients.gateUp.values[..<(5 * 6)].contains { $0 != 0 })
  }

  @Test("gradients of weights add up over passes, that of the input does not")
  func accumulation() throws {
    let layer = try small(RoutingRule(balanceLoss: 0.1), shared: 3).layer()
    layer.forward()
    layer.backward()
    let once = layer.gradients.all.map(\.values)
    let input = layer.inputGradient.values
    layer.forward()
    layer.backward()
    for (first, both) in zip(once, layer.gradients.all.map(\.values)) {
      #expect(zip(first, both).allSatisfy { abs($1 - 2 * $0) <= 1e-5 * max(1, abs($0)) })
    }
    #expect(layer.inputGradient.values == input)
    layer.gradients.clear()
    #expect(layer.gradients.all.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }
}
