import Parallelism
import Testing
import Workload

@Suite("Plans that cannot run")
struct PlanFaultTests {
  let model = ModelArchitecture(
    id: "m", name: "M", layers: 8, hidden: 1024, vocabulary: 1000, tiedEmbeddings: false,
    attention: .grouped(GroupedQueryAttention(heads: 16, keyValueHeads: 4, headWidth: 64)),
    feedForward: FeedForward(width: 4096, gated: true),
    experts: ExpertLayer(count: 256, topK: 8, width: 512))

  func words(_ plan: ParallelPlan, ranks: Int, batch: Int = 64, sequence: Int = 4096) -> [String] {
    plan.faults(model: model, sequenceLength: sequence, globalBatch: batch, ranks: ranks)
      .map(\.description)
  }

  @Test("a legal plan has no faults")
  func legal() {
    #expect(words(ParallelPlan(tensor: 4, pipeline: 2, data: 2, expert: 8), ranks: 16) == [])
  }

  @Test("experts that cannot be shared evenly are refused with near divisors")
  func experts() {
    #expect(
      words(ParallelPlan(data: 12, expert: 12), ranks: 12, batch: 24) == [
        "plan.expert: 12 ranks cannot share 256 experts evenly. "
          + "Use a divisor of 256, such as 8 or 16."
      ])
  }

  @Test("a product that is not the fleet is refused with both numbers")
  func ranks() {
    #expect(
      words(ParallelPlan(tensor: 2, data: 2), ranks: 8) == [
        "plan: its product of ranks is 4, the fleet has 8 devices. "
          + "Change an axis, or leave out 'data' to have it derived."
      ])
  }

  @Test("heads, feed-forward width and batch are checked, all at once")
  func several() {
    let found = words(ParallelPlan(tensor: 3, data: 1, microBatch: 7), ranks: 3, sequence: 4095)
    #expect(found.count == 4)
    #expect(found[0].hasPrefix("plan.tensor: 16 attention heads cannot be split over 3 ranks."))
    #expect(found[1].hasPrefix("plan.tensor: 4 key-value heads"))
    #expect(found[2].hasPrefix("plan.tensor: a feed-forward width of 4096"))
    #expect(found[3].hasPrefix("plan.data: a global batch of 64 is not a multiple"))
  }

  @Test("key-value heads may be copied where tensor ranks are a multiple of them")
  func copiedHeads() {
    #expect(words(ParallelPlan(tensor: 8, data: 1), ranks: 8) == [])
  }

  @Test("interleaving needs stages, layers for every chunk, and whole groups of micro-batches")
  func interleaving() {
    #expect(
      words(ParallelPlan(virtualStages: 2, data: 1), ranks: 1).map { $0.prefix(19) }
        == ["plan.virtual_stages"])
    #expect(
      words(ParallelPlan(pipeline: 4, virtualStages: 4, data: 1), ranks: 4)[0]
        .hasPrefix("plan.pipeline: 8 layers cannot fill 16 stages and chunks."))
    #expect(
      words(ParallelPlan(pipeline: 4, virtualStages: 2, data: 1), ranks: 4, batch: 6)[0]
        .hasPrefix("plan.virtual_stages: interleaving needs the 6 micro-batches"))
  }

  @Test("schedules that cut backward passes need micro-batches to fill their stages")
  func tooFewMicroBatches() {
    #expect(
      words(ParallelPlan(pipeline: 4, data: 1, schedule: .zeroBubble), ranks: 4, batch: 3) == [
        "plan.schedule: 'zb-h1' needs 4 micro-batches to fill its stages, a pipeline has 3. "
          + "Use a larger batch, fewer data ranks or fewer stages, or write '1f1b'."
      ])
    #expect(
      words(ParallelPlan(pipeline: 3, data: 1, schedule: .dualPipe), ranks: 3, batch: 5) == [
        "plan.schedule: 'dualpipe' needs 6 micro-batches to fill its stages, a pipeline has 5. "
          + "Use a larger batch, fewer data ranks or fewer stages, or write '1f1b'.",
        "plan.schedule: 'dualpipe' pairs the stages from both ends, and 3 is odd. "
          + "Use an even number of stages.",
        "plan.schedule: 'dualpipe' starts half of the micro-batches at either end, and 5 is odd. "
          + "Change the batch, data or micro_batch so that it is even.",
      ])
    #expect(
      words(
        ParallelPlan(pipeline: 4, data: 1, schedule: .zeroBubble, sharding: .weights), ranks: 4)[0]
        .hasPrefix("plan.sharding: 'zb-h1' runs gradients of weights long after"))
    #expect(
      words(ParallelPlan(pipeline: 4, virtualStages: 2, data: 1, schedule: .dualPipe), ranks: 4)[0]
        .hasPrefix("plan.schedule: 'dualpipe' has no interleaved form."))
  }

  @Test("zero and negative axes are refused before anything is divided by them")
  func signs() {
    #expect(
      words(ParallelPlan(tensor: 0, data: -1), ranks: 1) == [
        "plan.tensor: 0 is not a positive number. Write 1 to leave that axis unused.",
        "plan.data: -1 is not a positive number. Write 1 to leave that axis unused.",
      ])
  }
}
