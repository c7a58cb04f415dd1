import Fixtures
import Parallelism
import Simulation
import Testing
import Units

/// Whole nanoseconds go into both sides, so where the formula is exact nothing is rounded.
@Suite("Formula and simulation of a pipeline")
struct PipelineAgreementTests {
  struct Pipeline {
    var plan: ParallelPlan
    var microBatches: Int
    var forward: [UInt64]
    var backward: [UInt64]
    var exposedSend: UInt64 = 0
    var flight: UInt64 = 0

    /// By stage, in nanoseconds: when its last pass has ended, and its exposed send with it.
    func simulatedEnds() throws -> [UInt64] {
      let program = StepProgram(
        orders: (0..<plan.pipeline).map { plan.passOrder(stage: $0, microBatches: microBatches) },
        forward: forward.map { SimDuration(nanoseconds: $0) },
        backward: backward.map { SimDuration(nanoseconds: $0) },
        exposedSend: SimDuration(nanoseconds: exposedSend),
        flight: SimDuration(nanoseconds: flight))
      let kept = KeptTimeline()
      _ = try StepSimulation(program, recorder: kept).run()
      var ends = Array(repeating: UInt64(0), count: plan.pipeline)
      for span in kept.passes {
        let pass = span.pass
        let sends = pass.direction == .backward && pass.chunk > 0
        ends[span.stage] = span.end.nanoseconds + (sends ? exposedSend : 0)
      }
      return ends
    }

    /// The same by formula.
    func formulaEnds() -> [Double] {
      let last = forward.count - 1
      let passes = PassTimes(
        forward: forward.indices.map { seconds(forward[$0] + ($0 < last ? exposedSend : 0)) },
        backward: backward.indices.map { seconds(backward[$0] + ($0 > 0 ? exposedSend : 0)) },
        flight: seconds(flight))
      return plan.stageEnds(passes, microBatches: microBatches).map { $0.value * 1e9 }
    }

    private func seconds(_ nanoseconds: UInt64) -> Seconds { Seconds(Double(nanoseconds) * 1e-9) }

    /// The largest difference of a stage's end, as a part of the whole.
    func disagreement() throws -> Double {
      let simulated = try simulatedEnds()
      let whole = Double(simulated.max() ?? 1)
      return zip(simulated, formulaEnds()).map { abs(Double($0) - $1) / whole }.max() ?? 0
    }
  }

  /// Draws times between `least` and `least · spread`.
  func draw(_ count: Int, least: UInt64, spread: Double, _ random: inout SplitMix) -> [UInt64] {
    (0..<count).map { _ in
      UInt64.random(in: least...UInt64(Double(least) * spread), using: &random)
    }
  }

  @Test("equal stages take the published time to the nanosecond", arguments: [1, 2, 3, 8, 16])
  func equal(pipeline: Int) throws {
    for virtualStages in pipeline == 1 ? [1] : [1, 2, 5] {
      for groups in [1, 2, 7] {
        let chunks = pipeline * virtualStages
        let microBatches = groups * pipeline
        let time = Pipeline(
          plan: ParallelPlan(pipeline: pipeline, virtualStages: virtualStages, data: 1),
          microBatches: microBatches, forward: Array(repeating: 1013, count: chunks),
          backward: Array(repeating: 2027, count: chunks))
        let published = (virtualStages * microBatches + pipeline - 1) * (1013 + 2027)
        #expect(try time.simulatedEnds().max() == UInt64(published))
        #expect(try time.disagreement() < 1e-12)
      }
    }
  }

  @Test(
    "plain 1F1B is exact at every stage, however uneven and with however few micro-batches",
    arguments: [1.2, 8])
  func plain(spread: Double) throws {
    var random = SplitMix(seed: 11)
    for _ in 0..<300 {
      let pipeline = Int.random(in: 1...12, using: &random)
      let time = Pipeline(
        plan: ParallelPlan(pipeline: pipeline, data: 1),
        microBatches: Int.random(in: 1...4 * pipeline, using: &random),
        forward: draw(pipeline, least: 1000, spread: spread, &random),
        backward: draw(pipeline, least: 2000, spread: spread, &random),
        exposedSend: UInt64.random(in: 0...30, using: &random))
      #expect(try time.disagreement() < 1e-12, "\(time)")
    }
  }

  @Test("so it is where most stages are alike, as in a deep pipeline with a remainder of layers")
  func alike() throws {
    var random = SplitMix(seed: 15)
    for _ in 0..<200 {
      let pipeline = Int.random(in: 3...24, using: &random)
      let ends = draw(4, least: 500, spread: 12, &random)
      let kinds = draw(4, least: 1000, spread: 2, &random)
      let more = Int.random(in: 1..<pipeline, using: &random)
      let time = Pipeline(
        plan: ParallelPlan(pipeline: pipeline, data: 1),
        microBatches: Int.random(in: 1...4 * pipeline, using: &random),
        forward: [ends[0]] + (1..<pipeline - 1).map { kinds[$0 < more ? 0 : 1] } + [ends[1]],
        backward: [ends[2]] + (1..<pipeline - 1).map { kinds[$0 < more ? 2 : 3] } + [ends[3]])
      #expect(try time.disagreement() < 1e-12, "\(time)")
    }
  }

  @Test("GPipe is exact at every stage, however uneven")
  func gpipe() throws {
    var random = SplitMix(seed: 12)
    for _ in 0..<200 {
      let pipeline = Int.random(in: 1...12, using: &random)
      let time = Pipeline(
        plan: ParallelPlan(pipeline: pipeline, data: 1, schedule: .gpipe),
        microBatches: Int.random(in: 1...40, using: &random),
        forward: draw(pipeline, least: 1000, spread: 8, &random),
        backward: draw(pipeline, least: 1000, spread: 8, &random),
        exposedSend: UInt64.random(in: 0...30, using: &random),
        flight: UInt64.random(in: 0...500, using: &random))
      #expect(try time.disagreement() < 1e-12, "\(time)")
    }
  }

  @Test("uneven chunks whose results travel are exact up to eight groups, and close beyond")
  func uneven() throws {
    var random = SplitMix(seed: 13)
    for _ in 0..<200 {
      let pipeline = Int.random(in: 2...8, using: &random)
      let virtualStages = Int.random(in: 1...4, using: &random)
      let groups = Int.random(in: 1...24, using: &random)
      let chunks = pipeline * virtualStages
      let time = Pipeline(
        plan: ParallelPlan(pipeline: pipeline, virtualStages: virtualStages, data: 1),
        microBatches: groups * pipeline,
        forward: draw(chunks, least: 1000, spread: 3, &random),
        backward: draw(chunks, least: 2000, spread: 3, &random),
        exposedSend: UInt64.random(in: 0...30, using: &random),
        flight: UInt64.random(in: 1...300, using: &random))
      #expect(try time.disagreement() < (groups <= 8 ? 1e-12 : 0.005), "\(time)")
    }
  }

  // 8 stages, 3 µs a micro-batch and stage, a send of 100 ns. What holds its sender costs 200 ns for
  // each further micro-batch. What only travels still costs plain 1F1B 2 · 100 · 7 / 8 = 175 ns: a
  // micro-batch goes round all 8 stages and 14 sends before the first stage can take the eighth one
  // after it. Interleaved, it costs nothing more.
  @Test("plain 1F1B cannot hide what travels, interleaved 1F1B can")
  func hiding() throws {
    func end(_ virtualStages: Int, microBatches: Int, exposed: UInt64, flight: UInt64) throws
      -> Double
    {
      let chunks = 8 * virtualStages
      let time = Pipeline(
        plan: ParallelPlan(pipeline: 8, virtualStages: virtualStages, data: 1),
        microBatches: microBatches, forward: Array(repeating: 1000, count: chunks),
        backward: Array(repeating: 2000, count: chunks), exposedSend: exposed, flight: flight)
      return try Double(time.simulatedEnds().max() ?? 0)
    }
    func each(_ virtualStages: Int, exposed: UInt64, flight: UInt64) throws -> Double {
      let more = try end(virtualStages, microBatches: 64, exposed: exposed, flight: flight)
      let less = try end(virtualStages, microBatches: 32, exposed: exposed, flight: flight)
      return (more - less) / 32 - 3000 * Double(virtualStages)
    }
    #expect(try each(1, exposed: 100, flight: 0) == 200)
    #expect(try each(1, exposed: 0, flight: 100) == 175)
    #expect(try each(2, exposed: 0, flight: 100) == 0)
  }

  @Test("a bound for a limit is never above the time, and is the time below the limit")
  func limit() {
    var random = SplitMix(seed: 14)
    for _ in 0..<100 {
      let chunks = 12
      let plan = ParallelPlan(pipeline: 4, virtualStages: 3, data: 1)
      let passes = PassTimes(
        forward: draw(chunks, least: 1000, spread: 3, &random).map { Seconds(Double($0)) },
        backward: draw(chunks, least: 2000, spread: 3, &random).map { Seconds(Double($0)) })
      let exact = plan.stageEnds(passes, microBatches: 16).max() ?? .zero
      let bound = plan.stageEnds(passes, microBatches: 16, within: .zero).max() ?? .zero
      #expect(bound <= exact * (1 + 1e-12))
      #expect(bound >= exact * 0.8)
      let within = plan.stageEnds(passes, microBatches: 16, within: exact * 1.001).max()
      #expect(within == exact)
    }
  }
}
