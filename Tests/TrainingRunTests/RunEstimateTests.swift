import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun
import Units
import Workload

@Suite("From a step to money")
struct RunEstimateTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 8, precision: .bf16)

  @Test("device time is duration times devices, and cost is price times device time")
  func laws() throws {
    let fleet = IdealFleet.fleet(size: 8)
    let step = try AnalyticalEstimator().estimate(
      model: SmallModels.dense, recipe: recipe, plan: ParallelPlan(data: 8), fleet: fleet)
    let run = RunEstimate(step: step, fleet: fleet, tokens: Tokens(1e9))
    #expect(abs(run.duration / (step.stepTime * (1e9 / (8 * 2048))) - 1) < 1e-12)
    #expect(run.deviceTime == run.duration * 8)
    // 36 an hour is a hundredth a second.
    let cost = try #require(run.cost)
    #expect(abs(cost.value / (run.deviceTime.value * 0.01) - 1) < 1e-12)
  }

  @Test("a fleet without a price has time and no cost")
  func noPrice() throws {
    var fleet = IdealFleet.fleet(size: 8)
    fleet.price = nil
    let step = try AnalyticalEstimator().estimate(
      model: SmallModels.dense, recipe: recipe, plan: ParallelPlan(data: 8), fleet: fleet)
    #expect(RunEstimate(step: step, fleet: fleet, tokens: Tokens(1e9)).cost == nil)
  }
}
