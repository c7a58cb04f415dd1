import CostModel
import Fixtures
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

@Suite("Why a plan loses")
struct ExplanationTests {
  private func explain(
    _ plan: ParallelPlan, _ change: (inout Scenario, inout PlanQuery) -> Void
  ) async throws -> PlanExplanation {
    var query = PlanQuery()
    var scenario = SweepTests.scenario(ParallelPlan())
    change(&scenario, &query)
    scenario.plan = .search(query)
    return try await Comparison.answer(scenario, drawsRuns: false).explain(plan)[0]
  }

  @Test("the axes are named whose values the search does not try")
  func axes() async throws {
    let plan = ParallelPlan(tensor: 2, data: 0, microBatch: 16, recompute: .full)
    let told = try await explain(plan) { $1.constraints.tensor = .of([4]) }
    #expect(told.axesOutside == ["tensor", "micro_batch"])
    #expect(told.plan.data == 8)
  }

  @Test("a plan on one of the numbers of devices that are searched is asked of that number")
  func sizes() async throws {
    for data in [8, 16] {
      let told = try await explain(ParallelPlan(data: data)) {
        $1.constraints.devices = .of([8, 16])
      }
      #expect(told.fleet.size == data)
      guard case .runs = told.verdict else {
        Issue.record("runs")
        return
      }
    }
    let other = try await explain(ParallelPlan(data: 4)) { $1.constraints.devices = .of([8, 16]) }
    guard case .refused = other.verdict else {
      Issue.record("4 are not searched")
      return
    }
  }

  @Test("the best plan is told as that, and a fleet that cannot be had as barred")
  func bestAndBarred() async throws {
    let told = try await explain(ParallelPlan(data: 0)) { _, _ in }
    let best = try #require(told.best).plan
    #expect(try await explain(best) { _, _ in }.isBest)
    let barred = try await explain(best) { scenario, _ in
      scenario.barriers["ideal"] = .notSupplied(day: CalendarDate(year: 2024), next: nil)
    }
    guard case .barred = barred.verdict else {
      Issue.record("barred")
      return
    }
  }
}
