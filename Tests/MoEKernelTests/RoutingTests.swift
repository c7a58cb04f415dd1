import MoEKernel
import Testing
import Workload

@testable import MoEKernel

@Suite("Routing")
struct RoutingTests {
  private func choose(
    _ scores: [Float], topK: Int, groups: Int = 1, limit: Int? = nil,
    rank: RoutingRule.GroupRank = .best, bias: [Float]? = nil
  ) -> [Int32] {
    let layer = ExpertLayer(count: scores.count, topK: topK, width: 1, groupLimit: limit)
    let chooser = ExpertChooser(layer, rule: RoutingRule(groups: groups, groupRank: rank))
    var scores = scores
    var bias = bias ?? Array(repeating: 0, count: scores.count)
    var choices = Array(repeating: Int32(-1), count: topK)
    chooser.choose(scores: &scores, bias: &bias, into: &choices)
    return choices
  }

  @Test("the best experts are chosen, best first, and the first of equals")
  func best() {
    #expect(choose([0.1, 0.4, 0.2, 0.3], topK: 3) == [1, 3, 2])
    #expect(choose([0.2, 0.2, 0.2], topK: 2) == [0, 1])
  }

  @Test("the bias turns a choice")
  func bias() {
    #expect(choose([0.1, 0.4, 0.2], topK: 1, bias: [0.5, 0, 0]) == [0])
  }

  // Groups (0.9, 0), (0.6, 0.5) and (0.1, 0.2): the first has the best expert, the second the best
  // two.
  @Test("groups rank by their best expert, or by their best two")
  func groups() {
    let scores: [Float] = [0.9, 0, 0.6, 0.5, 0.1, 0.2]
    #expect(choose(scores, topK: 2, groups: 3, limit: 1) == [0, 1])
    #expect(choose(scores, topK: 2, groups: 3, limit: 1, rank: .bestTwo) == [2, 3])
    #expect(choose(scores, topK: 3, groups: 3, limit: 2) == [0, 2, 3])
  }

  @Test("scores that are no numbers still choose as many different experts")
  func notANumber() {
    let nan = Float.nan
    #expect(Set(choose([nan, nan, nan, nan], topK: 3)).count == 3)
    #expect(Set(choose([nan, nan, nan, nan], topK: 2, groups: 2, limit: 1)).count == 2)
  }

  @Test("moving the bias evens out a lopsided router")
  func balance() throws {
    var layerCase = LayerCase(
      tokens: 400, experts: ExpertLayer(count: 4, topK: 1, width: 2),
      rule: RoutingRule(score: .sigmoid))
    layerCase.bias = [0.6, 0, 0, 0]
    let layer = try layerCase.layer()
    layer.forward()
    let before = layer.expertLoads.max() ?? 0
    for _ in 0..<100 {
      layer.balanceBias(rate: 0.01)
      layer.forward()
    }
    let after = layer.expertLoads.max() ?? 0
    #expect(before > 200 && after < 120)
  }

  @Test("an expert that has its fair share keeps its bias")
  func fairShare() throws {
    let layer = try LayerCase(experts: ExpertLayer(count: 3, topK: 3, width: 2)).layer()
    layer.forward()
    layer.balanceBias(rate: 0.5)
    #expect(layer.selectionBias.values == [0, 0, 0])
  }

  @Test("a layer that cannot run says why")
  func faults() {
    func fault(_ change: (inout LayerCase) -> Void) -> ModelFault? {
      var layerCase = LayerCase()
      change(&layerCase)
      do {
        _ = try layerCase.layer()
        return nil
      } catch { return error as? ModelFault }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.experts.gated = false } == .plainExperts)
    #expect(fault { $0.experts.sharedGate = true } == .sharedGate)
    #expect(fault { $0.tokens = 0 } == .emptyShape)
    #expect(fault { $0.experts.width = 0 } == .emptyShape)
    #expect(fault { $0.experts.topK = 5 } == .topK(5, eligible: 4))
    #expect(fault { $0.rule.groups = 3 } == .unevenGroups(experts: 4, groups: 3))
    #expect(fault { $0.experts.groupLimit = 2 } == .groupLimit(2, groups: 1))
    #expect(
      fault {
        $0.rule.groups = 4
        $0.experts.groupLimit = 1
      } == .topK(2, eligible: 1))
    #expect(fault { $0.rule.capacityFactor = 0 } == .capacityFactor(0))
  }

  @Test("a dense model has no such layer")
  func dense() {
    var model = LayerCase().model
    model.experts = nil
    #expect(throws: ModelFault.noExperts) {
      try MoELayer(model: model, tokens: 4, rule: RoutingRule(), team: WorkerTeam(workers: 1))
    }
  }
}
