import Parallelism
import Testing

@Suite("The order of a stage's passes")
struct PassOrderTests {
  /// `F0` is micro-batch 0 forward; `B1.2` is micro-batch 1 backward through chunk 2.
  func words(_ plan: ParallelPlan, stage: Int, microBatches: Int) -> String {
    plan.passOrder(stage: stage, microBatches: microBatches).map { slot in
      slot.passes.map { pass in
        let chunk = plan.virtualStages > 1 ? ".\(pass.chunk)" : ""
        let letter: [PipelinePass.Direction: String] = [
          .forward: "F", .backward: "B", .inputGradient: "I", .weightGradient: "W",
        ]
        return (letter[pass.direction] ?? "?") + "\(pass.microBatch)" + chunk
      }.joined(separator: "+")
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

  // Every stage has three micro-batches whose activations it needs before its first weight pass.
  @Test("ZB-H1 puts weight passes off by as many micro-batches as stages lie before")
  func zeroBubble() {
    let plan = ParallelPlan(pipeline: 3, data: 1, schedule: .zeroBubble)
    #expect(words(plan, stage: 0, microBatches: 4) == "F0 F1 F2 I0 W0 F3 I1 W1 I2 W2 I3 W3")
    #expect(words(plan, stage: 1, microBatches: 4) == "F0 F1 I0 F2 I1 W0 F3 I2 W1 I3 W2 W3")
    #expect(words(plan, stage: 2, microBatches: 4) == "F0 I0 F1 I1 F2 I2 W0 F3 I3 W1 W2 W3")
  }

  // Micro-batches 0 to 3 enter at stage 0, 4 to 7 at stage 3. Worked by hand from the eight phases.
  @Test("DualPipe warms up from its nearer end, then runs one way forward with the other backward")
  func dualPipe() {
    let plan = ParallelPlan(pipeline: 4, data: 1, schedule: .dualPipe)
    #expect(
      words(plan, stage: 0, microBatches: 8)
        == "F0 F1 F2 F4 I4 W4 F5 F3+B5 F6+B0 B6 F7+B1 B7 I2 W2 I3 W3")
    #expect(
      words(plan, stage: 3, microBatches: 8)
        == "F4 F5 F6 F0 I0 W0 F1 F7+B1 F2+B4 B2 F3+B5 B3 I6 W6 I7 W7")
    #expect(
      words(plan, stage: 1, microBatches: 8)
        == "F0 F4 F1 F5 F2 B4 F6+B0 F3+B5 F7+B1 B6 B2 I7 I3 W7 W3")
  }

  @Test(
    "schedules that cut backward passes run every part of every pass once",
    arguments: [ScheduleKind.zeroBubble, .dualPipe], [2, 4, 8])
  func split(schedule: ScheduleKind, pipeline: Int) {
    let plan = ParallelPlan(pipeline: pipeline, data: 1, schedule: schedule)
    let microBatches = 2 * pipeline + 2
    for stage in 0..<pipeline {
      let passes = plan.passOrder(stage: stage, microBatches: microBatches).flatMap(\.passes)
      #expect(Set(passes).count == passes.count)
      func count(_ direction: PipelinePass.Direction) -> Int {
        passes.count { $0.direction == direction }
      }
      #expect(count(.forward) == microBatches)
      #expect(count(.backward) + count(.inputGradient) == microBatches)
      #expect(count(.weightGradient) == count(.inputGradient))
      for pass in passes {
        #expect(
          plan.stage(
            chunk: pass.chunk, microBatch: pass.microBatch, microBatches: microBatches) == stage)
      }
    }
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
        let order = plan.passOrder(stage: stage, microBatches: microBatches).map(\.first)
        #expect(order.count == 2 * microBatches * plan.virtualStages)
        #expect(Set(order).count == order.count)
        #expect(order.allSatisfy { $0.chunk % plan.pipeline == stage })
        #expect(order.allSatisfy { $0.chunk < plan.pipeline * plan.virtualStages })
        #expect(order.allSatisfy { $0.microBatch < microBatches })
      }
    }
  }
}
