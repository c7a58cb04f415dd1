import Parallelism
import Testing

@Suite("The order of a stage's passes")
struct PassOrderTests {
  /// `F0` is micro-batch 0 forward; `B1.2` is micro-batch 1 backward through chunk 2.
  func words(_ plan: ParallelPlan, stage: Int, microBatches: Int) -> String {
    plan.passOrder(stage: stage, microBatches: microBatches).map { pass in
      let chunk = plan.virtualStages > 1 ? ".\(pass.chunk)" : ""
      return (pass.direction == .forward ? "F" : "B") + "\(pass.microBatch)" + chunk
    }.joined(separator: " ")
  }

  @Test("GPipe runs all forward passes, then all backward passes")
  func gpipe() {
    let plan = ParallelPlan(pipeline: 2, data: 1, schedule: .gpipe)
    #expect(words(plan, stage: 0, microBatches: 3) == "F0 F1 F2 B0 B1 B2")
  }

  @Test("1F1B warms up with the stages that lie ahead, then alternates")
  func oneForwardOneBackward() {
    let plan = ParallelPlan(pipeline: 3, data: 1)
    #expect(words(plan, stage: 0, microBatches: 4) == "F0 F1 F2 B0 F3 B1 B2 B3")
    #expect(words(plan, stage: 1, microBatches: 4) == "F0 F1 B0 F2 B1 F3 B2 B3")
    #expect(words(plan, stage: 2, microBatches: 4) == "F0 B0 F1 B1 F2 B2 F3 B3")
  }

  @Test("with fewer micro-batches than stages 1F1B warms up with all of them")
  func fewMicroBatches() {
    let plan = ParallelPlan(pipeline: 4, data: 1)
    #expect(words(plan, stage: 0, microBatches: 2) == "F0 F1 B0 B1")
  }

  // 2 stages of 2 chunks: stage 0 holds chunks 0 and 2, stage 1 chunks 1 and 3. The warm-up of
  // Megatron-Core is 2 (p − s − 1) + (v − 1) p = 4 passes on stage 0 and 2 on stage 1.
  @Test("interleaved 1F1B goes through its chunks in groups of as many micro-batches as stages")
  func interleaved() {
    let plan = ParallelPlan(pipeline: 2, virtualStages: 2, data: 1)
    #expect(
      words(plan, stage: 0, microBatches: 4)
        == "F0.0 F1.0 F0.2 F1.2 F2.0 B0.2 F3.0 B1.2 F2.2 B0.0 F3.2 B1.0 B2.2 B3.2 B2.0 B3.0")
    #expect(
      words(plan, stage: 1, microBatches: 4)
        == "F0.1 F1.1 F0.3 B0.3 F1.3 B1.3 F2.1 B0.1 F3.1 B1.1 F2.3 B2.3 F3.3 B3.3 B2.1 B3.1")
  }

  @Test(
    "a stage runs every pass of its chunks once",
    arguments: [
      ParallelPlan(pipeline: 4, data: 1), ParallelPlan(pipeline: 4, virtualStages: 3, data: 1),
      ParallelPlan(pipeline: 4, data: 1, schedule: .gpipe), ParallelPlan(data: 1),
    ])
  func complete(plan: ParallelPlan) {
    for microBatches in [4, 8, 20] {
      for stage in 0..<plan.pipeline {
        let order = plan.passOrder(stage: stage, microBatches: microBatches)
        #expect(order.count == 2 * microBatches * plan.virtualStages)
        #expect(Set(order).count == order.count)
        #expect(order.allSatisfy { $0.chunk % plan.pipeline == stage })
        #expect(order.allSatisfy { $0.chunk < plan.pipeline * plan.virtualStages })
        #expect(order.allSatisfy { $0.microBatch < microBatches })
      }
    }
  }
}
