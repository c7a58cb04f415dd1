import Parallelism
import Testing
import Units
import Workload

@Suite("Micro-batches in flight and layers on stages")
struct ScheduleTests {
  /// What the stages keep if each chunk keeps one byte a micro-batch.
  func kept(_ plan: ParallelPlan, microBatches: Int) -> [Double] {
    (0..<plan.pipeline).map { stage in
      plan.mostKept(
        stage: stage, own: plan.chunks(ofStage: stage).map { _ in 0 }, microBatches: microBatches,
        kept: { _ in KeptActivations(lasting: Bytes(1)) }
      ).value
    }
  }

  @Test("1F1B holds as many micro-batches as stages lie ahead, GPipe holds all, ZB-H1 one for each")
  func inFlight() {
    var plan = ParallelPlan(pipeline: 4, data: 1)
    #expect(kept(plan, microBatches: 8) == [4, 3, 2, 1])
    #expect(kept(plan, microBatches: 2) == [2, 2, 2, 1])
    plan.schedule = .gpipe
    #expect(kept(plan, microBatches: 8) == [8, 8, 8, 8])
    plan.schedule = .zeroBubble
    #expect(kept(plan, microBatches: 8) == [4, 4, 4, 4])
  }

  // Stage 0 of 4 with 2 chunks warms up 2 · 3 + 4 = 10 chunks and runs one more.
  @Test("interleaving holds more on the first stage than plain 1F1B")
  func interleavedInFlight() {
    let plan = ParallelPlan(pipeline: 4, virtualStages: 2, data: 1)
    #expect(kept(plan, microBatches: 8) == [11, 9, 7, 5])
  }

  // Table 2 of arXiv 2412.19437: p + 1 chunks, where 1F1B holds p.
  @Test("DualPipe holds one micro-batch more than it has stages, however many there are")
  func dualPipeInFlight() {
    for pipeline in [2, 4, 8, 16] {
      let plan = ParallelPlan(pipeline: pipeline, data: 1, schedule: .dualPipe)
      for microBatches in [2 * pipeline, 8 * pipeline] {
        let kept = kept(plan, microBatches: microBatches)
        #expect(kept.allSatisfy { $0 <= Double(pipeline + 1) })
        #expect(kept.max() == Double(pipeline + 1))
      }
    }
  }

  // Stage 0 holds chunks 0 and 2 of 3 and 1 bytes. Its order is
  // F0.0 F1.0 F0.2 F1.2 F2.0 B0.2 F3.0: 3 + 3 + 1 + 1 + 3 = 11, then 10, then 13.
  @Test("unlike chunks are counted one by one")
  func unlikeChunks() {
    let plan = ParallelPlan(pipeline: 2, virtualStages: 2, data: 1)
    let most = plan.mostKept(
      stage: 0, own: [3, 1], microBatches: 4, kept: { KeptActivations(lasting: Bytes(Double($0))) })
    #expect(most == Bytes(13))
  }

  @Test("layers that do not divide leave the ends the smaller share")
  func layout() {
    let model = ModelArchitecture(
      id: "m", name: "M", layers: 10, hidden: 8, vocabulary: 8, tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 1, keyValueHeads: 1, headWidth: 8)),
      feedForward: FeedForward(width: 8, gated: true),
      experts: ExpertLayer(count: 4, topK: 1, width: 8, leadingDenseLayers: 1))
    let stages = StageLayout(model: model, plan: ParallelPlan(pipeline: 4, data: 1)).stages
    #expect(stages.map(\.layers) == [2, 3, 3, 2])
    #expect(stages.map(\.denseLayers) == [1, 0, 0, 0])
    #expect(stages[0].hasEmbedding && stages[3].hasHead && !stages[1].hasHead)
    let plan = ParallelPlan(pipeline: 2, virtualStages: 2, data: 1)
    let interleaved = StageLayout(model: model, plan: plan)
    #expect(interleaved.chunks.map(\.layers) == [2, 3, 3, 2])
    #expect(interleaved.stages.map(\.layers) == [5, 5])
    #expect(interleaved.stages.map(\.denseLayers) == [1, 0])
  }

  // 10 layers and two for the module are 3 on each of 4 stages; with two modules the last stage should
  // hold 3 + 3 - 4 layers but keeps one.
  @Test("a module that predicts a further token counts as two layers of the last stage")
  func multiTokenLayout() {
    var model = ModelArchitecture(
      id: "m", name: "M", layers: 10, hidden: 8, vocabulary: 8, tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 1, keyValueHeads: 1, headWidth: 8)),
      feedForward: FeedForward(width: 8, gated: true), experts: nil, multiTokenLayers: 1)
    let plan = ParallelPlan(pipeline: 4, data: 1)
    #expect(StageLayout(model: model, plan: plan).chunks.map(\.layers) == [3, 3, 3, 1])
    model.multiTokenLayers = 2
    #expect(StageLayout(model: model, plan: plan).chunks.map(\.layers) == [3, 3, 3, 1])
    model.layers = 61
    model.multiTokenLayers = 1
    let deep = StageLayout(model: model, plan: ParallelPlan(pipeline: 16, data: 1))
    #expect(deep.chunks.map(\.layers) == Array(repeating: 4, count: 15) + [1])
  }
}
