import CostModel
import Hardware
import MoEKernel
import Parallelism
import Testing
import Units
import Workload

@Suite("What the layer counts while it runs")
struct CountTests {
  private func ran(_ layerCase: LayerCase) throws -> MoELayer {
    let layer = try layerCase.layer()
    layer.forward()
    layer.backward()
    return layer
  }

  /// The lowering of the same layer on one rank, made here and not by the kernel.
  private func lowering(_ layerCase: LayerCase) -> Lowering {
    let one = Sourced(1.0, .estimated, source: "no matter here")
    return Lowering(
      model: layerCase.model, plan: ParallelPlan(),
      recipe: TrainingRecipe(
        tokens: Tokens(1), sequenceLength: layerCase.tokens, globalBatch: 1, precision: .fp32),
      habits: .init(
        matrixSlowdown: one, attentionSlowdown: one, elementwiseTraffic: one, fusedAttention: true,
        deduplicatedDispatch: true, groupedExperts: true))
  }

  /// What an operation says of a matrix product, and nothing of one that is none.
  private func shape(_ operation: Operation) -> String {
    switch operation.work {
    case .matrix(let m, let n, let k): "\(m) × \(n) × \(k)"
    case .groupedMatrix(let rows, let n, let k): "\(rows) × \(n) × \(k)"
    case .attention, .memory, .collective, .exchange: ""
    }
  }

  private func expectLowering(_ layerCase: LayerCase) throws {
    let layer = try ran(layerCase)
    let block = lowering(layerCase).expertPart(rows: layer.expertRows.map(Double.init))
    for (executed, lowered) in [
      (layer.executedForward, block.forward), (layer.executedBackward, block.backward),
    ] {
      #expect(executed.map(\.operation.name) == lowered.map(\.name))
      #expect(executed.map(\.operation.pass) == lowered.map(\.pass))
      #expect(executed.map { shape($0.operation) } == lowered.map(shape))
      #expect(executed.map(\.work) == lowered.map(\.executedWork))
    }
  }

  @Test("the matrix work that ran is the lowering's, operation by operation", arguments: 200..<230)
  func anyShape(seed: UInt64) throws { try expectLowering(LayerCase.drawn(seed: seed)) }

  @Test("so it is where every expert has the same rows")
  func balanced() throws {
    let layerCase = LayerCase(experts: ExpertLayer(count: 4, topK: 4, width: 6, sharedWidth: 5))
    try expectLowering(layerCase)
    #expect(try ran(layerCase).expertRows == [10, 10, 10, 10])
  }

  @Test("so it is where one expert has them all")
  func unbalanced() throws {
    let layerCase = LayerCase(
      experts: ExpertLayer(count: 4, topK: 1, width: 6), bias: [0, 100, 0, 0])
    try expectLowering(layerCase)
    #expect(try ran(layerCase).expertRows == [0, 10, 0, 0])
  }

  @Test("so it is where tokens are dropped")
  func drops() throws {
    let layerCase = LayerCase(rule: RoutingRule(capacityFactor: 0.5))
    try expectLowering(layerCase)
    #expect(try ran(layerCase).droppedRows > 0)
  }

  // However the router spreads them, k rows a token are computed: the work of an even spread.
  @Test("without drops the work is that of the estimators' expert layer", arguments: 0..<5)
  func estimators(seed: UInt64) throws {
    let layerCase = LayerCase(
      experts: ExpertLayer(count: 5, topK: 2, width: 6, sharedWidth: 4), seed: seed)
    let layer = try ran(layerCase)
    let block = lowering(layerCase).expertLayer(load: 1)
    let part = block.forward.drop { $0.name != .feedForwardNorm }
    func total(_ work: [FLOPs]) -> FLOPs { work.reduce(.zero, +) }
    #expect(total(layer.executedForward.map(\.work)) == total(part.map(\.work.flops)))
    #expect(
      total(layer.executedBackward.map(\.work)) == 2 * total(part.map(\.work.flops)))
  }

  // 10 tokens of 12, 2 of 4 experts of 6: 20 rows. Matrix products, each 2 m n k:
  // router 2·10·4·12 = 960, gate and up 2·20·12·12 = 5760, down 2·20·12·6 = 2880.
  @Test("the work of a small layer, by hand")
  func byHand() throws {
    let layer = try ran(LayerCase())
    let work = layer.executedForward.map(\.work).filter { $0 > .zero }
    #expect(work == [FLOPs(960), FLOPs(5760), FLOPs(2880)])
  }

  // Passes whose bytes the lowering counts as the kernel moves them.
  @Test("the passes over memory move what the lowering says", arguments: 0..<5)
  func traffic(seed: UInt64) throws {
    let layer = try ran(
      LayerCase(experts: ExpertLayer(count: 5, topK: 2, width: 6, sharedWidth: 4), seed: seed))
    let same: Set<Operation.Name> = [
      .feedForwardNorm, .permute, .activation, .sharedActivation, .unpermute, .residual,
    ]
    let alike =
      layer.executedForward.filter { same.contains($0.operation.name) }
      + layer.executedBackward.filter {
        [.activation, .sharedActivation, .residual].contains($0.operation.name)
      }
    #expect(alike.count == 9)
    for executed in alike {
      guard case .memory(let bytes) = executed.operation.work else {
        Issue.record("\(executed.operation.name) is no pass over memory")
        continue
      }
      #expect(executed.traffic == bytes, "\(executed.operation.name)")
    }
  }

  // Planes of T rows (T the tokens): the table of the module's README.
  @Test("the other passes move what the README says", arguments: 0..<5, [0, 4])
  func otherTraffic(seed: UInt64, shared: Int) throws {
    let layerCase = LayerCase(
      experts: ExpertLayer(count: 5, topK: 2, width: 6, sharedWidth: shared), seed: seed)
    let layer = try ran(layerCase)
    let (tokens, hidden) = (Double(layerCase.tokens), Double(layerCase.hidden))
    let (scores, choices) = (4 * tokens * 5, 4 * tokens * 2)
    func traffic(_ executed: [ExecutedOperation], _ name: Operation.Name) -> Double? {
      executed.first { $0.operation.name == name && $0.work == .zero }?.traffic.value
    }
    #expect(traffic(layer.executedForward, .router) == 2 * scores + 4 * choices)
    #expect(traffic(layer.executedBackward, .router) == 3 * scores + 3 * choices)
    // The gain's gradient is gathered from a partial sum for each block of 64 tokens: one here.
    #expect(
      traffic(layer.executedBackward, .feedForwardNorm) == 4 * (4 * tokens + 1) * hidden)
    #expect(traffic(layer.executedBackward, .unpermute) == 4 * (1 + 2 * 2) * tokens * hidden)
    #expect(
      traffic(layer.executedBackward, .permute)
        == 4 * Double(shared > 0 ? 2 + 2 : 1 + 2) * tokens * hidden)
  }

  @Test("every operation takes time")
  func time() throws {
    let layer = try ran(LayerCase())
    let all = layer.executedForward + layer.executedBackward
    #expect(all.allSatisfy { $0.time > .zero && $0.time < Seconds(60) })
  }
}
