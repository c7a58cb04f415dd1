import Fixtures
import Parallelism
import Simulation
import Testing
import Units

@Suite("A simulated step")
struct StepSimulationTests {
  func ns(_ nanoseconds: UInt64) -> SimDuration { SimDuration(nanoseconds: nanoseconds) }

  func program(
    _ plan: ParallelPlan, microBatches: Int, forward: [UInt64], backward: [UInt64],
    weightGradient: [UInt64]? = nil, exposedSend: UInt64 = 0, flight: UInt64 = 0,
    tails: [StepProgram.Tail]? = nil
  ) -> StepProgram {
    StepProgram(
      orders: (0..<plan.pipeline).map { plan.passOrder(stage: $0, microBatches: microBatches) },
      forward: forward.map(ns), backward: backward.map(ns),
      weightGradient: weightGradient?.map(ns), exposedSend: ns(exposedSend), flight: ns(flight),
      tails: tails)
  }

  func end(_ program: StepProgram) throws -> UInt64 {
    try StepSimulation(program).run().end.nanoseconds
  }

  /// The sums of a step, and all that happened in it.
  func recorded(_ program: StepProgram) throws -> (sums: StepTimeline, kept: KeptTimeline) {
    let kept = KeptTimeline()
    return (try StepSimulation(program, recorder: kept).run(), kept)
  }

  // One stage: 3 micro-batches of 10 + 20 ns.
  @Test("one stage runs its passes without a gap")
  func oneStage() throws {
    let (timeline, kept) = try recorded(
      program(ParallelPlan(data: 1), microBatches: 3, forward: [10], backward: [20]))
    #expect(timeline.end == SimTime(nanoseconds: 90))
    #expect(timeline.idle(stage: 0) == .zero)
    #expect(kept.spans.count == 6)
  }

  // Stage 0: F0 0-10, F1 10-20, then waits for B0. Stage 1: F0 10-20, B0 20-40, F1 40-50, B1 50-70.
  // Stage 0: B0 40-60, B1 70-90.
  @Test("two stages of 1F1B start and end when the passes that they need do")
  func twoStages() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    let (timeline, kept) = try recorded(
      program(plan, microBatches: 2, forward: [10, 10], backward: [20, 20]))
    let starts = kept.spans.filter { $0.end > $0.start }
      .map { "\($0.stage):\($0.start.nanoseconds)" }
    #expect(starts == ["0:0", "0:10", "1:10", "1:20", "1:40", "0:40", "1:50", "0:70"])
    #expect(timeline.end == SimTime(nanoseconds: 90))
    #expect(timeline.busy == [ns(60), ns(60)])
    #expect(timeline.idle(stage: 0) == ns(30))
  }

  // (p − 1) (f + b) / v of idle time on every stage, whatever the number of micro-batches.
  @Test(
    "equal stages stand idle for exactly the closed-form bubble",
    arguments: [1, 2, 3, 4, 8], [1, 2, 3, 5])
  func bubble(pipeline: Int, groups: Int) throws {
    for virtualStages in pipeline == 1 ? [1] : [1, 2, 4] {
      for schedule in virtualStages == 1
        ? [.gpipe, .oneForwardOneBackward] : [ScheduleKind.oneForwardOneBackward]
      {
        let plan = ParallelPlan(
          pipeline: pipeline, virtualStages: virtualStages, data: 1, schedule: schedule)
        let chunks = pipeline * virtualStages
        let timeline = try StepSimulation(
          program(
            plan, microBatches: pipeline * groups, forward: Array(repeating: 7, count: chunks),
            backward: Array(repeating: 11, count: chunks))
        ).run()
        for stage in 0..<pipeline {
          #expect(timeline.idle(stage: stage) == ns(UInt64((pipeline - 1) * (7 + 11))))
        }
        #expect(timeline.busy[0] == ns(UInt64(pipeline * groups * virtualStages * (7 + 11))))
      }
    }
  }

  // F0 0-10, send 10-13 holds stage 0; F0 arrives at 13 + 4 = 17. Stage 1: F0 17-27, B0 27-47, send
  // 47-50; arrives at 54. Stage 0: B0 54-74.
  @Test("a send holds its sender for the exposed part and travels on for the rest")
  func send() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    let (timeline, kept) = try recorded(
      program(
        plan, microBatches: 1, forward: [10, 10], backward: [20, 20], exposedSend: 3, flight: 4))
    #expect(timeline.end == SimTime(nanoseconds: 74))
    #expect(timeline.busy == [ns(33), ns(33)])
    let sends = kept.spans.filter { if case .send = $0.activity { true } else { false } }
    #expect(sends.map(\.start.nanoseconds) == [10, 47])
    #expect(sends.map(\.end.nanoseconds) == [17, 54])
  }

  // GPipe, no exposed part. F0 0-10, F1 10-20, F2 20-30; sends take 25 each and queue: F0 arrives at
  // 35, F1 at 60, F2 at 85. Stage 1: F2 85-95, backward 95-115, 115-135, 135-155; its sends: 115-140,
  // 140-165, 165-190. Stage 0: the last backward 190-210.
  @Test("a port sends one result after another, while its stage works on")
  func port() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1, schedule: .gpipe)
    let program = program(
      plan, microBatches: 3, forward: [10, 10], backward: [20, 20], flight: 25)
    #expect(try end(program) == 210)
  }

  // Passes end at 30 (stage 1) and at 60 (stage 0: F 0-10, stage 1: F 10-20, B 20-40, stage 0: 40-60).
  // Stage 1 sums from 40 to 90, stage 0 from 60 to 65. Both optimize from 90; stage 0 needs 9 + 2.
  @Test("gradients are summed stage by stage, the optimizers wait for all of them")
  func tail() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    let timeline = try StepSimulation(
      program(
        plan, microBatches: 1, forward: [10, 10], backward: [20, 20],
        tails: [
          .init(reduction: ns(5), optimizer: ns(9), gather: ns(2)),
          .init(reduction: ns(50), optimizer: ns(7), gather: ns(1)),
        ])
    ).run()
    #expect(timeline.pipelineEnd == SimTime(nanoseconds: 60))
    #expect(timeline.gradientsReady == SimTime(nanoseconds: 90))
    #expect(timeline.end == SimTime(nanoseconds: 101))
  }

  @Test("a stage never does two things at once, and nothing starts before what it needs")
  func order() throws {
    let plan = ParallelPlan(pipeline: 4, virtualStages: 2, data: 1)
    let forward = (0..<8).map { UInt64(10 + $0 * 3 % 7) }
    let backward = (0..<8).map { UInt64(20 + $0 * 5 % 11) }
    let kept = try recorded(
      program(
        plan, microBatches: 8, forward: forward, backward: backward, exposedSend: 2, flight: 3)
    ).kept
    var freeAt = Array(repeating: SimTime.zero, count: 4)
    var ends: [PipelinePass: SimTime] = [:]
    for span in kept.passes.sorted(by: { ($0.start, $0.stage) < ($1.start, $1.stage) }) {
      let pass = span.pass
      #expect(span.start >= freeAt[span.stage])
      freeAt[span.stage] = span.end
      ends[pass] = span.end
      let before = PipelinePass(
        pass.direction, microBatch: pass.microBatch,
        chunk: pass.chunk + (pass.direction == .forward ? -1 : 1))
      if (0..<8).contains(before.chunk) {
        // 2 ns held and 3 ns in flight.
        #expect(ends[before].map { span.start >= $0 + ns(5) } == true)
      }
    }
    #expect(ends.count == 2 * 8 * 8)
  }

  // ZB-H1 with F = 7, B = 8 and W = 5, and with W = F: (p − 1) (F + B − W), whatever the micro-batches.
  @Test(
    "ZB-H1 stands idle for exactly the published bubble", arguments: [1, 2, 3, 4, 8, 16], [5, 7])
  func zeroBubble(pipeline: Int, weight: UInt64) throws {
    let plan = ParallelPlan(pipeline: pipeline, data: 1, schedule: .zeroBubble)
    for microBatches in [pipeline, pipeline + 1, 3 * pipeline] {
      let timeline = try StepSimulation(
        program(
          plan, microBatches: microBatches, forward: Array(repeating: 7, count: pipeline),
          backward: Array(repeating: 8 + weight, count: pipeline),
          weightGradient: Array(repeating: weight, count: pipeline))
      ).run()
      let passes = EqualPasses(
        forward: Seconds(7), inputGradient: Seconds(8), weightGradient: Seconds(Double(weight)),
        together: .zero)
      #expect(plan.publishedBubble(passes) == Seconds(Double(pipeline - 1) * (15 - Double(weight))))
      for stage in 0..<pipeline {
        #expect(
          Double(timeline.idle(stage: stage).nanoseconds) == plan.publishedBubble(passes).value)
      }
    }
  }

  // F = B = W = 6 and F&B = F + B + W = 18: (p/2 − 1) (18 + 6 − 12) = 12 (p/2 − 1).
  @Test(
    "DualPipe stands idle for exactly the published bubble", arguments: [2, 4, 6, 8, 16])
  func dualPipe(pipeline: Int) throws {
    let plan = ParallelPlan(pipeline: pipeline, data: 1, schedule: .dualPipe)
    for microBatches in [2 * pipeline, 2 * pipeline + 2, 4 * pipeline] {
      var program = program(
        plan, microBatches: microBatches, forward: Array(repeating: 6, count: pipeline),
        backward: Array(repeating: 12, count: pipeline),
        weightGradient: Array(repeating: 6, count: pipeline))
      program.turningMicroBatch = microBatches / 2
      let (timeline, kept) = try recorded(program)
      let passes = EqualPasses(
        forward: Seconds(6), inputGradient: Seconds(6), weightGradient: Seconds(6),
        together: Seconds(18))
      #expect(plan.publishedBubble(passes) == Seconds(12 * Double(pipeline / 2 - 1)))
      for stage in 0..<pipeline {
        let idle = timeline.idle(stage: stage).nanoseconds
        #expect(Double(idle) == plan.publishedBubble(passes).value)
        let fraction = Double(idle) / Double(timeline.pipelineEnd.nanoseconds)
        #expect(
          abs(plan.publishedBubbleFraction(passes, microBatches: microBatches) - fraction) < 1e-12)
      }
      #expect(
        kept.passes.count { $0.isPaired && $0.stage == 0 } / 2
          == plan.pairs(stage: 0, microBatches: microBatches))
    }
  }

  // As in "two stages of 1F1B": F0 0-10 on stage 0; F0 10-20, B0 20-40, F1 40-50, B1 50-70 on stage 1;
  // B1 70-90 on stage 0. Forward passes take 30 of it, backward passes 60.
  @Test("the critical path is the chain of what waited for what")
  func criticalPath() throws {
    let plan = ParallelPlan(pipeline: 2, data: 1)
    let timeline = try recorded(
      program(plan, microBatches: 2, forward: [10, 10], backward: [20, 20])
    ).sums
    let path = try #require(timeline.criticalPath)
    #expect(path.stages.map { ($0.value * 1e9).rounded() } == [30, 60])
  }

  @Test("the critical path lasts from the start to the end, whatever else waits meanwhile")
  func pathLength() throws {
    let plan = ParallelPlan(pipeline: 4, virtualStages: 2, data: 1)
    for (exposed, flight) in [(0, 0), (2, 0), (2, 3), (0, 9)] as [(UInt64, UInt64)] {
      let timeline = try recorded(
        program(
          plan, microBatches: 8, forward: (0..<8).map { UInt64(10 + $0 * 3 % 7) },
          backward: (0..<8).map { UInt64(20 + $0 * 5 % 11) }, exposedSend: exposed, flight: flight,
          tails: (0..<4).map { stage in
            .init(reduction: ns(UInt64(5 + stage)), optimizer: ns(UInt64(stage)), gather: ns(3))
          })
      ).sums
      let path = try #require(timeline.criticalPath)
      let length = path.stages.reduce(.zero, +)
      #expect(abs(length.value * 1e9 - Double(timeline.end.nanoseconds)) < 1e-6)
    }
  }

  /// Notes how far it is behind: each pass makes two samples of memory, which are told at once.
  final class Lag: StepRecorder {
    private(set) var most = 0
    private var now = 0

    func begin(_ outline: StepOutline) {}
    func record(_ span: StepTimeline.Span, index: Int) {}
    func record(_ pass: StepTimeline.PassSpan) { now -= 2 }
    func record(_ sample: StepTimeline.MemorySample) {
      now += 1
      most = max(most, now)
    }
  }

  @Test("a recorder is told soon, however long the step: nobody keeps what is over")
  func promptness() throws {
    func lag(_ microBatches: Int) throws -> Int {
      let plan = ParallelPlan(pipeline: 4, data: 1)
      let recorder = Lag()
      _ = try StepSimulation(
        program(
          plan, microBatches: microBatches, forward: [10, 11, 12, 13], backward: [20, 21, 22, 23],
          exposedSend: 2, flight: 30), recorder: recorder
      ).run()
      return recorder.most
    }
    #expect(try lag(300) == lag(30))
  }

  @Test("the same program gives the same timeline")
  func repeatable() throws {
    let plan = ParallelPlan(pipeline: 3, virtualStages: 2, data: 1)
    let program = program(
      plan, microBatches: 6, forward: [3, 1, 4, 1, 5, 9], backward: [2, 6, 5, 3, 5, 8], flight: 7)
    let (first, again) = (try recorded(program).kept, try recorded(program).kept)
    #expect(first.spans == again.spans && first.passes == again.passes)
  }
}
