import Foundation
import MoEKernel
import Testing
import Workload

@Suite("The layer's forward pass")
struct ForwardTests {
  /// The largest distance of two rows of numbers, in units of the larger of 1 and the largest.
  private func distance(_ a: [Float], _ b: [Double]) -> Double {
    let scale = b.reduce(1) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
  }

  private func expectEqual(_ layerCase: LayerCase) throws -> MoELayer {
    let layer = try layerCase.layer()
    layer.forward()
    let expected = layerCase.reference.run(LayerCase.parameters(layer))
    #expect(layer.expertLoads == expected.loads)
    #expect(layer.expertRows == expected.rows)
    #expect(layer.output.values.count == expected.output.count)
    #expect(distance(layer.output.values, expected.output) < 1e-5)
    #expect(abs(layer.balanceLoss - expected.balanceLoss) < 1e-5)
    #expect(abs(layer.zLoss - expected.zLoss) < 1e-5 * max(1, expected.zLoss))
    return layer
  }

  @Test("it equals the layer computed token by token, whatever the shape", arguments: 0..<60)
  func anyShape(seed: UInt64) throws {
    _ = try expectEqual(LayerCase.drawn(seed: seed))
  }

  @Test("one token is a batch")
  func oneToken() throws {
    let layer = try expectEqual(LayerCase(tokens: 1))
    #expect(layer.expertRows.reduce(0, +) == 2)
  }

  @Test("a token may visit every expert")
  func allExperts() throws {
    let layer = try expectEqual(
      LayerCase(experts: ExpertLayer(count: 5, topK: 5, width: 6, sharedWidth: 3)))
    #expect(layer.expertRows == [10, 10, 10, 10, 10])
  }

  @Test("an expert that nobody chooses computes nothing")
  func idleExpert() throws {
    let layer = try expectEqual(LayerCase(bias: [0, 0, -100, 0]))
    #expect(layer.expertRows[2] == 0)
  }

  @Test("a single expert takes every token")
  func loneExpert() throws {
    let layer = try expectEqual(LayerCase(experts: ExpertLayer(count: 1, topK: 1, width: 6)))
    #expect(layer.expertRows == [10])
  }

  // 10 tokens, 1 of 2 experts, all to the first: it has room for factor · 10 · 1 / 2 of them.
  @Test(
    "an expert takes exactly as many tokens as it has room for, the first ones",
    arguments: [(2.0, 10), (1.9, 10), (1.8, 9), (1.0, 5), (0.1, 1)])
  func capacity(factor: Double, room: Int) throws {
    let layer = try expectEqual(
      LayerCase(
        experts: ExpertLayer(count: 2, topK: 1, width: 6),
        rule: RoutingRule(capacityFactor: factor), bias: [100, 0]))
    #expect(layer.expertRows == [room, 0])
    #expect(layer.expertLoads == [10, 0])
    #expect(layer.droppedRows == 10 - room)
    for token in room..<10 {
      // Nothing but the residual stream is left of a dropped token.
      for column in 0..<12 { #expect(layer.output[token, column] == layer.input[token, column]) }
    }
  }

  @Test("a token's experts lie in no more groups than it may visit", arguments: 0..<10)
  func groups(seed: UInt64) throws {
    let layerCase = LayerCase(
      tokens: 40, experts: ExpertLayer(count: 12, topK: 4, width: 3, groupLimit: 2),
      rule: RoutingRule(groups: 4, groupRank: .bestTwo), seed: seed)
    let layer = try expectEqual(layerCase)
    let chosen = layerCase.reference.run(LayerCase.parameters(layer)).choices
    #expect(chosen.allSatisfy { Set($0.map { $0 / 3 }).count <= 2 })
    // The limit binds: without it some token goes to more groups.
    var free = layerCase
    free.experts.groupLimit = nil
    let unbound = free.reference.run(LayerCase.parameters(layer)).choices
    #expect(unbound.contains { Set($0.map { $0 / 3 }).count > 2 })
  }

  // Logits of 0 share the tokens' scores out evenly: α · 4 · Σ load/(T k) · ¼ = α, whatever the
  // loads; and ln Σ e⁰ = ln 4.
  @Test(
    "a router that knows nothing has a balance loss of its coefficient, and a z-loss of (ln E)²")
  func evenLosses() throws {
    let layer = try LayerCase(rule: RoutingRule(balanceLoss: 0.25, zLoss: 0.5)).layer()
    layer.weights.router.clear()
    layer.forward()
    #expect(abs(layer.balanceLoss - 0.25) < 1e-6)
    #expect(abs(layer.zLoss - 0.5 * log(4) * log(4)) < 1e-6)
  }

  @Test("more tokens than a block, and rows than a tile, change nothing")
  func manyBlocks() throws {
    _ = try expectEqual(
      LayerCase(
        hidden: 6, tokens: 1100, experts: ExpertLayer(count: 3, topK: 2, width: 5, sharedWidth: 4),
        rule: RoutingRule(capacityFactor: 1.1, balanceLoss: 0.1, zLoss: 0.01), seed: 3))
  }

  @Test("numbers that are none reach the output, and crash nothing")
  func notANumber() throws {
    let layer = try LayerCase().layer()
    layer.input[3, 0] = .nan
    layer.forward()
    #expect(layer.output[3, 5].isNaN)
    #expect(!layer.output[2, 5].isNaN)
    #expect(layer.expertRows.reduce(0, +) == 20)
  }
}
