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
        deduplicatedDispatch: true, groupedExperts: true, fusion: .all))
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
      for (executed, lowered) in zip(executed, lowered) {
        if case .memory(let bytes) = lowered.work {
          #expect(executed.traffic == bytes, "\(lowered.name), \(lowered.pass)")
        }
      }
    }
  }

  @Test(
    "the work and the bytes that ran are the lowering's, operation by operation",
    arguments: 200..<230)
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

  // 10 tokens of 12, 2 of 4 experts of 6, in FP32: norm 2·480 and back 4·480; permute (1 + 2)·480 and
  // back the same; combine (1 + 2)·480 and back (1 + 2·2)·480; router 2·160 + 4·80 and back
  // 3·160 + 3·80; SwiGLU on 20 rows of 6 3·480 and back 5·480; residual 3·480 and back 2·480.
  @Test("the bytes of a small layer, by hand")
  func bytesByHand() throws {
    let layer = try ran(LayerCase())
    func bytes(_ executed: [ExecutedOperation]) -> [Double] {
      executed.filter { $0.work == .zero }.map(\.traffic.value)
    }
    #expect(bytes(layer.executedForward) == [960, 640, 1440, 1440, 1440, 1440])
    #expect(bytes(layer.executedBackward) == [960, 2400, 2400, 1440, 720, 1920])
  }

  @Test("every operation takes time")
  func time() throws {
    let layer = try ran(LayerCase())
    let all = layer.executedForward + layer.executedBackward
    #expect(all.allSatisfy { $0.time > .zero && $0.time < Seconds(60) })
  }
}
