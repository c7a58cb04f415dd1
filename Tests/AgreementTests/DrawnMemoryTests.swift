import CostModel
import Fixtures
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Memory and prediction modules under drawn loads")
struct DrawnMemoryTests {
  static let question: Case = {
    let plan = ParallelPlan(pipeline: 2, data: 8, expert: 8)
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 2048, globalBatch: 32, precision: .bf16)
    return Case(
      model: SmallModels.experts, recipe: recipe, plan: plan,
      fleet: IdealFleet.fleet(size: plan.ranks))
  }()

  func simulate(_ question: Case, isLumped: Bool) throws -> (
    estimate: StepEstimate, kept: KeptTimeline
  ) {
    let kept = KeptTimeline()
    let options = SimulationOptions(sharesLinks: false, loadSeed: 3, isLumped: isLumped)
    let estimate = try SimulationEstimator(options).simulate(
      model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet,
      recorder: kept
    ).estimate
    return (estimate, kept)
  }

  /// By lane, what the first stage keeps of its first micro-batch.
  func first(_ kept: KeptTimeline) -> [Bytes] {
    (0..<(kept.outline?.lanes ?? 0)).compactMap { lane in
      kept.memory.first { $0.lane == lane && $0.stage == 0 }?.activations
    }
  }

  // The loads of a group's ranks have the mean 1, but for rounding to 1/256 of it.
  @Test(
    "each rank keeps what its own tokens need, and all together what they do under an even load")
  func ownTokens() throws {
    let even = try #require(
      first(simulate(Self.question, isLumped: true).kept).first)
    var question = Self.question
    question.recipe.routing = .zipf(exponent: 0.6)
    let drawn = first(try simulate(question, isLumped: false).kept)
    #expect(drawn.count == 8)
    let mean = drawn.reduce(.zero, +) / 8
    #expect(abs(mean / even - 1) < 0.002)
    let (least, most) = (try #require(drawn.min()), try #require(drawn.max()))
    #expect(most > 1.05 * even && least < 0.97 * even)
  }

  @Test("everything that was kept is given back, whatever the loads")
  func givenBack() throws {
    for schedule in [ScheduleKind.oneForwardOneBackward, .zeroBubble] {
      var question = Self.question
      question.plan.schedule = schedule
      question.recipe.routing = .dirichlet(concentration: 2)
      let (estimate, kept) = try simulate(question, isLumped: false)
      for stage in 0..<2 {
        for lane in 0..<8 {
          let last = try #require(kept.memory.last { $0.lane == lane && $0.stage == stage })
          #expect(abs(last.activations / estimate.memory[stage].activations) < 1e-9)
        }
      }
    }
  }

  // A module has experts of its own: with its load drawn, two seeds differ where it is the only such layer.
  @Test("the loads of prediction modules are drawn too")
  func modules() throws {
    var question = Self.question
    question.plan = ParallelPlan(data: 8, expert: 8)
    question.fleet = IdealFleet.fleet(size: 8)
    question.recipe.routing = .zipf(exponent: 0.6)
    func end(seed: UInt64) throws -> SimTime {
      let options = SimulationOptions(sharesLinks: false, loadSeed: seed)
      return try SimulationEstimator(options).simulate(
        model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet
      ).timeline.end
    }
    question.model.experts?.leadingDenseLayers = question.model.layers
    #expect(try end(seed: 1) == end(seed: 2))
    question.model.multiTokenLayers = 1
    #expect(try end(seed: 1) != end(seed: 2))
  }
}
