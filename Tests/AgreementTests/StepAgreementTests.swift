import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Formula and simulation of a step")
struct StepAgreementTests {
  /// What a nanosecond of rounding for each pass may add up to, and a little for contended ports.
  static let tolerance = 0.005

  @Test(
    "both give the same step time, part by part, over the space of plans of every schedule",
    arguments: ["gpipe", "1f1b", "1f1b-interleaved", "zb-h1", "dualpipe"])
  func stepTime(schedule: String) throws {
    var space = PlanSpace(seed: 1)
    for _ in 0..<120 {
      let question = space.next(schedule)
      let formula = try AnalyticalEstimator().estimate(
        model: question.model, recipe: question.recipe, plan: question.plan,
        fleet: question.fleet)
      let simulation = try SimulationEstimator(.uncontended).estimate(
        model: question.model, recipe: question.recipe, plan: question.plan,
        fleet: question.fleet)
      let error = formula.stepTime / simulation.stepTime - 1
      #expect(abs(error) <= Self.tolerance, "\(question)")
      for part in StepBreakdown.Part.allCases {
        let difference = (formula.breakdown[part] - simulation.breakdown[part]).value
        #expect(
          abs(difference) <= Self.tolerance * simulation.stepTime.value, "\(part) of \(question)")
      }
      #expect(formula.memory == simulation.memory)
      #expect(formula.modelFLOPs == simulation.modelFLOPs)
    }
  }

  @Test(
    "the space holds every schedule, sharding, recomputation and axis, uneven ends and any overlap")
  func coverage() {
    var space = PlanSpace(seed: 1)
    let questions = (0..<300).map { _ in space.next() }
    let plans = questions.map(\.plan)
    #expect(
      Set(plans.map(\.scheduleName)) == ["gpipe", "1f1b", "1f1b-interleaved", "zb-h1", "dualpipe"])
    #expect(Set(plans.map(\.sharding)).count == 4)
    #expect(Set(plans.map(\.recompute)).count == 5)
    #expect(Set(plans.map(\.pipeline)) == [1, 2, 3, 4, 8, 16])
    #expect(plans.contains { $0.expert > 1 && $0.expertTensor > 1 })
    #expect(questions.contains { $0.model.experts == nil && $0.plan.pipeline > 1 })
    #expect(questions.contains { $0.model.multiTokenLayers > 0 && $0.plan.pipeline > 1 })
    #expect(plans.contains { $0.tensor > 1 && $0.context > 1 && $0.data > 1 && $0.pipeline > 1 })
    #expect(plans.contains { $0.hasOwnEnds } && plans.contains { $0.overlap != .all })
  }

  @Test("the simulated step ends when its timeline ends, and the host has had its time")
  func timeline() throws {
    var space = PlanSpace(seed: 5)
    for _ in 0..<40 {
      let question = space.next()
      let kept = KeptTimeline()
      let (estimate, timeline) = try SimulationEstimator().simulate(
        model: question.model, recipe: question.recipe, plan: question.plan,
        fleet: question.fleet, recorder: kept)
      let end = timeline.end.nanoseconds
      let host = question.fleet.stack.host.perStep.value
      let expected = Double(end) * 1e-9 + host.value
      // Half a nanosecond for each of the passes, and no more.
      #expect(abs(estimate.stepTime.value - expected) <= 1e-9 * Double(kept.spans.count))
    }
  }
}
