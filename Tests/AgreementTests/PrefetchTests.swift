import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Weights that are gathered ahead")
struct PrefetchTests {
  /// Drawn plans whose weights or gradients are shared out, on networks slow enough to be waited for.
  func sharded(_ count: Int, seed: UInt64) -> [Case] {
    var space = PlanSpace(seed: seed)
    var random = SplitMix(seed: seed)
    return (0..<count).map { index in
      while true {
        var question = space.next()
        guard question.plan.data > 1 else { continue }
        question.plan.sharding = index % 3 == 0 ? .gradients : .weights
        question.plan.overlap = .all
        question.fleet.stack.overlap.fullySharded.value = index % 2 == 0 ? 1 : 0.7
        question.fleet.fabric.scaleUp.bandwidth.value *= Double.random(
          in: 0.05...1, using: &random)
        return question
      }
    }
  }

  func simulate(
    _ question: Case, depth: Int, recorder: KeptTimeline? = nil
  ) throws -> (estimate: StepEstimate, timeline: StepTimeline) {
    var plan = question.plan
    plan.prefetch = depth
    return try SimulationEstimator(.uncontended).simulate(
      model: question.model, recipe: question.recipe, plan: plan, fleet: question.fleet,
      recorder: recorder)
  }

  @Test("formula and simulation agree whatever the depth, part by part")
  func agreement() throws {
    for (index, question) in sharded(60, seed: 41).enumerated() {
      let depth = index % 5
      let simulated = try simulate(question, depth: depth).estimate
      var plan = question.plan
      plan.prefetch = depth
      let formula = try AnalyticalEstimator().estimate(
        model: question.model, recipe: question.recipe, plan: plan, fleet: question.fleet)
      for part in StepBreakdown.Part.allCases {
        let difference = formula.breakdown[part] - simulated.breakdown[part]
        #expect(
          abs(difference / simulated.stepTime) < StepAgreementTests.tolerance,
          "\(part), depth \(depth) of \(question)")
      }
      #expect(abs(formula.stepTime / simulated.stepTime - 1) < StepAgreementTests.tolerance)
    }
  }

  @Test("more layers ahead never make a step longer, and never take less memory")
  func depth() throws {
    var shorter = 0
    for question in sharded(30, seed: 42) {
      var last = try simulate(question, depth: 0)
      let first = last.estimate.stepTime
      for depth in [1, 2, 3, 8] {
        let next = try simulate(question, depth: depth)
        // Every segment is rounded to a nanosecond.
        let rounding = SimDuration(nanoseconds: 1000 + last.timeline.end.nanoseconds / 1_000_000)
        #expect(next.timeline.end <= last.timeline.end + rounding, "depth \(depth) of \(question)")
        for (more, less) in zip(next.estimate.memory, last.estimate.memory) {
          #expect(more.transient >= less.transient)
        }
        last = next
      }
      if last.estimate.stepTime < 0.99 * first { shorter += 1 }
    }
    #expect(shorter > 10)
  }

  // 4 layers of 12,584,960 weights, an embedding and a head of 1,000 · 1,024, the head with a norm, all of
  // 2 bytes and gathered by 8 ranks at 100 GB/s, forward and backward, and scattered: 3 · 7/8 of the bytes.
  @Test("with nothing ahead every gather and scatter is waited for, in each micro-batch")
  func exposed() throws {
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16)
    var fleet = IdealFleet.fleet(size: 8)
    fleet.stack.overlap.fullySharded.value = 1
    let question = Case(
      model: SmallModels.dense, recipe: recipe, plan: ParallelPlan(data: 8, sharding: .weights),
      fleet: fleet)
    let weights = 4.0 * 12_584_960 + 2 * 1_024_000 + 1024
    let each = 3 * weights * 2 * 7 / 8 / 100e9
    let (kept, keptAhead) = (KeptTimeline(), KeptTimeline())
    let estimate = try simulate(question, depth: 0, recorder: kept).estimate
    #expect(abs(estimate.breakdown[.dataCommunication].value / (8 * each) - 1) < 1e-4)
    // With one ahead only the first gathers of a pass, the last scatter, and what small blocks fail to hide.
    let ahead = try simulate(question, depth: 1, recorder: keptAhead)
    #expect(ahead.estimate.breakdown[.dataCommunication].value < 0.5 * 8 * each)
    // Shared out on a stream of their own, in micro-batches of 6 gathers forward and backward, 6 scatters.
    for kept in [kept, keptAhead] {
      #expect(kept.spans.count { $0.stream == .sharding } == 8 * 18)
    }
  }

  // Without tensor and expert ranks a block's work is one span.
  @Test("the gather of a block starts when the block so many places before it is done, not sooner")
  func bound() throws {
    for (depth, layers) in [(0, 4), (1, 4), (2, 7), (9, 4)] {
      var model = SmallModels.dense
      model.layers = layers
      var fleet = IdealFleet.fleet(size: 8)
      fleet.stack.overlap.fullySharded.value = 1
      let question = Case(
        model: model,
        recipe: TrainingRecipe(
          tokens: .trillion, sequenceLength: 2048, globalBatch: 16, precision: .bf16),
        plan: ParallelPlan(data: 8, sharding: .weights), fleet: fleet)
      let kept = KeptTimeline()
      _ = try simulate(question, depth: depth, recorder: kept)
      let segments = kept.outline?.segments ?? []
      var gathers: [PipelinePass: [StepTimeline.Span]] = [:]
      var blocks: [PipelinePass: [StepTimeline.Span]] = [:]
      for span in kept.spans {
        guard case .segment(let pass, let place) = span.activity else { continue }
        if span.stream == .compute { blocks[pass, default: []].append(span) }
        if segments[place].steps.first?.label == .weightGather {
          gathers[pass, default: []].append(span)
        }
      }
      #expect(gathers.count == 4)
      for (pass, gathers) in gathers {
        let blocks = blocks[pass] ?? []
        // Layers, embedding and head.
        #expect(gathers.count == layers + 2 && blocks.count == gathers.count)
        for index in gathers.indices.dropFirst(depth + 1) {
          #expect(gathers[index].start >= blocks[index - depth - 1].end)
        }
        for (gather, block) in zip(gathers, blocks) { #expect(block.start >= gather.end) }
      }
    }
  }
}
