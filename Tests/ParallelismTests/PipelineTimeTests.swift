import Parallelism
import Testing
import Units

@Suite("The time of a pipeline in closed form")
struct PipelineTimeTests {
  func time(
    _ plan: ParallelPlan, forward: [Double], backward: [Double], flight: Double = 0,
    microBatches: Int
  ) -> Double {
    let passes = PassTimes(
      forward: forward.map { Seconds($0) }, backward: backward.map { Seconds($0) },
      flight: Seconds(flight))
    return plan.pipelineTime(passes, microBatches: microBatches).value
  }

  // 4 stages, 8 micro-batches of 3 s: 24 s of work and 3 · 3 s of bubble, (p − 1) / (m + p − 1) of it.
  @Test("equal stages give the published bubble fraction")
  func bubble() {
    let plan = ParallelPlan(pipeline: 4, data: 1)
    let time = time(
      plan, forward: [1, 1, 1, 1], backward: [2, 2, 2, 2], microBatches: 8)
    #expect(time == 33)
    #expect((time - 24) / time == 3.0 / 11)
  }

  @Test("GPipe with equal stages has the bubble of 1F1B")
  func gpipe() {
    let plan = ParallelPlan(pipeline: 4, data: 1, schedule: .gpipe)
    #expect(time(plan, forward: [1, 1, 1, 1], backward: [2, 2, 2, 2], microBatches: 8) == 33)
  }

  // Three chunks of 1 + 2 s on each of 4 stages: 8 · 9 s of work, 3 · 9 / 3 s of bubble.
  @Test("interleaving divides the bubble by the number of chunks")
  func interleaved() {
    let plan = ParallelPlan(pipeline: 4, virtualStages: 3, data: 1)
    let forward = Array(repeating: 1.0, count: 12)
    let backward = Array(repeating: 2.0, count: 12)
    #expect(time(plan, forward: forward, backward: backward, microBatches: 8) == 72 + 9)
  }

  @Test("one stage has no bubble")
  func oneStage() {
    #expect(time(ParallelPlan(data: 1), forward: [1], backward: [2], microBatches: 5) == 15)
  }

  // Stage 1 takes 4 s a micro-batch and starts when stage 0 has done its first forward pass (1 s);
  // stage 0 ends with its last backward pass (1 s): 1 + 3 · 4 + 1.
  @Test("a slow last stage waits for the first forward pass and the last backward pass only")
  func slowLast() {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    #expect(time(plan, forward: [1, 2], backward: [1, 2], microBatches: 3) == 14)
  }

  // Stage 0 takes 4 s a micro-batch. F0 ends at 2, F1 at 4; B0 of stage 1 has ended at 2 + 2 = 4, so
  // stage 0 goes on at once and so at the end: it never waits, 3 · 4 s. The sum of the other stages,
  // 2 s, would be wrong here.
  @Test("a slow first stage hides the quick ones behind it")
  func slowFirst() {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    #expect(time(plan, forward: [2, 1], backward: [2, 1], microBatches: 3) == 12)
  }

  // Stage 1 (4 s) never waits once the first forward pass has reached it: 1.5 + 3 · 4 + 1.5.
  @Test("the slowest stage sets the pace wherever it is")
  func pace() {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    #expect(time(plan, forward: [1.5, 2], backward: [1.5, 2], microBatches: 3) == 15)
  }

  // One micro-batch passes all stages forward and back: nothing overlaps.
  @Test("a single micro-batch takes the sum of all passes")
  func single() {
    let plan = ParallelPlan(pipeline: 3, data: 1)
    #expect(time(plan, forward: [1, 2, 3], backward: [2, 5, 7], microBatches: 1) == 20)
  }

  // GPipe: the forward passes follow at the pace of stage 1 (2 s), the backward ones at that of
  // stage 0 (5 s): 1 + 2 + 5 + 3 + 2 · (2 + 5).
  @Test("GPipe goes at the pace of the slowest forward and of the slowest backward pass")
  func gpipeUneven() {
    let plan = ParallelPlan(pipeline: 2, data: 1, schedule: .gpipe)
    #expect(time(plan, forward: [1, 2], backward: [5, 3], microBatches: 3) == 25)
  }

  // p v = 4 chunks: the first micro-batch makes 3 hops forward and the last one 3 back.
  @Test("what travels while its sender works lengthens only the filling and the draining")
  func flight() {
    let gpipe = ParallelPlan(pipeline: 4, data: 1, schedule: .gpipe)
    #expect(
      time(gpipe, forward: [1, 1, 1, 1], backward: [2, 2, 2, 2], flight: 0.5, microBatches: 8)
        == 33 + 6 * 0.5)
    let plan = ParallelPlan(pipeline: 2, virtualStages: 2, data: 1)
    #expect(
      time(plan, forward: [1, 1, 1, 1], backward: [2, 2, 2, 2], flight: 0.5, microBatches: 8)
        == 48 + 3 + 6 * 0.5)
  }

  @Test("plain 1F1B cannot hide a send")
  func hiding() {
    #expect(!ParallelPlan(pipeline: 4, data: 1).hidesSends)
    #expect(ParallelPlan(pipeline: 4, virtualStages: 2, data: 1).hidesSends)
    #expect(ParallelPlan(pipeline: 4, data: 1, schedule: .gpipe).hidesSends)
  }
}
