import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

@Suite("Prices of plans")
struct PricingTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 96, precision: .bf16)

  private var fleet: Fleet {
    var fleet = IdealFleet.fleet(size: 16)
    fleet.stack.schedules = ["gpipe", "1f1b", "1f1b-interleaved", "zb-h1", "dualpipe"]
    fleet.stack.overlap.gradientReduction.value = 0.5
    fleet.stack.overlap.parameterGather.value = 0.7
    fleet.stack.overlap.pipeline.value = 0.5
    fleet.stack.overlap.fullySharded.value = 0.6
    fleet.stack.memory.fragmentation.value = 0.1
    return fleet
  }

  /// Every axis open, recomputation too.
  private var open: SearchConstraints {
    var open = PruningTests.open
    open.expert = .of([1, 4])
    open.recompute = .of([.none, .selective([.activations]), .full])
    return open
  }

  @Test("each plan of a space is priced once, and as the estimator prices it")
  func everyPlan() throws {
    for var model in [SmallModels.experts, SmallModels.dense] {
      model.layers = 7
      var seen: Set<ParallelPlan> = []
      var worst = 0.0
      try PlanSearch(model: model, recipe: recipe, fleet: fleet, constraints: open).forEachPlan {
        plan, time, memory in
        #expect(seen.insert(plan).inserted)
        guard seen.count % 17 == 1 else { return }
        let estimate = try AnalyticalEstimator().estimate(
          model: model, recipe: recipe, plan: plan, fleet: fleet)
        worst = max(worst, abs(time / estimate.stepTime - 1))
        #expect(memory == estimate.peakMemory.total)
      }
      #expect(worst < 1e-12)
      #expect(Set(seen.map(\.schedule)) == Set(ScheduleKind.allCases))
      #expect(Set(seen.map(\.sharding)) == Set(OptimizerSharding.allCases))
      #expect(seen.contains { $0.hasOwnEnds } && seen.contains { $0.virtualStages > 1 })
      #expect(seen.contains { $0.context > 1 } && seen.contains { $0.overlap != .all })
    }
  }

  @Test(
    "a census counts what it prices, and its sample differs from the estimator by rounding only")
  func census() throws {
    var query = PlanQuery()
    query.constraints = open
    var scenario = SweepTests.scenario(ParallelPlan())
    scenario.plan = .search(query)
    scenario.recipe = recipe
    let census = try #require(
      try PlanCensus(scenario, model: SmallModels.experts, fleet: fleet, interval: 100))
    #expect(census.plans > 1000 && census.fitting <= census.plans)
    #expect(census.sampled == (census.plans + 99) / 100)
    #expect(try census.worstDifference() < 1e-12)
  }
}
