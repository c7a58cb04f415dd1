import Parallelism
import Testing
import Workload

@Suite("Micro-batches in flight and layers on stages")
struct ScheduleTests {
  @Test("1F1B holds as many micro-batches as stages lie ahead, GPipe holds all")
  func inFlight() {
    var plan = ParallelPlan(pipeline: 4, data: 1)
    #expect((0..<4).map { plan.microBatchesInFlight(stage: $0, microBatches: 8) } == [4, 3, 2, 1])
    #expect(plan.microBatchesInFlight(stage: 0, microBatches: 2) == 2)
    plan.schedule = .gpipe
    #expect(plan.microBatchesInFlight(stage: 3, microBatches: 8) == 8)
  }

  // Stage 0 of 4 with 2 chunks warms up 2 · 3 + 4 = 10 chunks and runs one more: 11 / 2 stages.
  @Test("interleaving holds more on the first stage than plain 1F1B")
  func interleavedInFlight() {
    let plan = ParallelPlan(pipeline: 4, virtualStages: 2, data: 1)
    #expect(plan.microBatchesInFlight(stage: 0, microBatches: 8) == 5.5)
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
}
