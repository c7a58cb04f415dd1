import Analytical
import CostModel
import Fixtures
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Drawn loads of experts and their expected maximum")
struct ImbalanceAgreementTests {
  /// The mean of simulated steps with drawn loads ÷ the step by formula, and the same for even loads.
  func excess(_ routing: RoutingLoad, pipeline: Int) throws -> (ratio: Double, imbalance: Double) {
    let plan = ParallelPlan(pipeline: pipeline, data: 32, expert: 8)
    var recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 2048, globalBatch: 32 * 16, precision: .bf16)
    let fleet = IdealFleet.fleet(size: plan.ranks)
    func formula() throws -> Seconds {
      try AnalyticalEstimator().estimate(
        model: SmallModels.experts, recipe: recipe, plan: plan, fleet: fleet
      ).stepTime
    }
    let even = try formula()
    recipe.routing = routing
    let expected = try formula()
    let seeds = 1...6 as ClosedRange<UInt64>
    let simulated = try seeds.reduce(Seconds.zero) { sum, seed in
      let options = SimulationOptions(sharesLinks: false, loadSeed: seed)
      return try sum
        + SimulationEstimator(options).estimate(
          model: SmallModels.experts, recipe: recipe, plan: plan, fleet: fleet
        ).stepTime
    }
    return (simulated / (expected * Double(seeds.count)), expected / even)
  }

  static let routings: [RoutingLoad] = [
    .zipf(exponent: 0.5), .dirichlet(concentration: 4), .dirichlet(concentration: 40),
  ]

  @Test(
    "without a pipeline the mean of drawn steps is the step of the expected maximum",
    arguments: routings)
  func oneStage(routing: RoutingLoad) throws {
    let (ratio, imbalance) = try excess(routing, pipeline: 1)
    // The imbalance is large against the tolerance, or the test would see nothing.
    #expect(imbalance > 1.02)
    #expect(abs(ratio - 1) < 0.005)
  }

  // Stages take turns at being the slowest, and the others wait for each: a formula of means sees none
  // of this.
  @Test(
    "a pipeline waits for whichever stage is the slowest, a little longer than the mean",
    arguments: routings)
  func pipeline(routing: RoutingLoad) throws {
    let (ratio, _) = try excess(routing, pipeline: 4)
    #expect(ratio > 0.995 && ratio < 1.05)
  }
}
