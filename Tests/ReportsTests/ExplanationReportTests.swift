import CostModel
import Fixtures
import Hardware
import Parallelism
import Planner
import Reports
import Testing
import Units
import Workload

@Suite("What is told of a search")
struct ExplanationReportTests {
  private static func scenario(_ change: (inout PlanQuery) -> Void = { _ in }) -> Scenario {
    var query = PlanQuery()
    change(&query)
    return Scenario(
      id: "s", title: "S", models: [SmallModels.experts],
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16),
      fleets: [IdealFleet.fleet(size: 16)], plan: .search(query), baseline: nil, currency: "RMB",
      totalTokens: .trillion, deadline: nil, references: [], inputs: [])
  }

  private func explain(
    _ plan: ParallelPlan, _ change: (inout Scenario) -> Void = { _ in }
  ) async throws -> (report: ExplanationReport, best: ParallelPlan?) {
    var scenario = Self.scenario()
    change(&scenario)
    let comparison = try await Comparison.answer(scenario, drawsRuns: false)
    let told = try comparison.explain(plan)
    return (ExplanationReport(told, of: scenario), told[0].best?.plan)
  }

  @Test("a plan beyond the search is told as that, one that breaks a limit by how much")
  func reasons() async throws {
    let slow = ParallelPlan(tensor: 8, data: 0, microBatch: 32, recompute: .full)
    let text = try await explain(slow) {
      $0.deadline = Seconds(1)
      $0.budget = Money(1)
    }.report.terminalText.replacing("\n", with: " ")
    #expect(text.contains("The search does not try its micro_batch."))
    #expect(text.contains("times the deadline.") && text.contains("times the budget."))
  }

  @Test("the best plan is not held against itself")
  func best() async throws {
    let best = try #require(try await explain(ParallelPlan(data: 0)).best)
    let text = try await explain(best).report.terminalText
    #expect(text.contains("is the best plan."))
    #expect(!text.contains("longer") && !text.contains("shorter"))
  }

  @Test("a table for machines says why a plan is refused, and what it lacks")
  func table() async throws {
    let refused = try await explain(ParallelPlan(tensor: 3, data: 0)).report.table
    #expect(refused.rows.count == 1)
    #expect(refused.csvText.contains("8 attention heads cannot be split over 3 ranks"))
    let large = try await explain(ParallelPlan(data: 16)) {
      $0.fleets[0].device.memoryCapacity.value = Bytes(1e8)
    }.report.table.csvText
    #expect(large.contains("does not fit. It needs") && !large.contains("nearest"))
  }

  @Test(
    "a plan in another number format than the scenario's says so, and no two plans are told alike")
  func formats() async throws {
    let scenario = Self.scenario { $0.constraints.precision = .of([.bf16, .fp8]) }
    let comparison = try await Comparison.answer(scenario, drawsRuns: false)
    let lines = ComparisonReport(comparison).plans.csvText.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let columns = ["devices", "precision", "first_stage_layers", "overlap", "prefetch"]
    #expect(columns.allSatisfy { lines[0].contains(Substring($0)) })
    let plans = lines.dropFirst().map { $0.dropFirst(3).prefix(16).joined(separator: ",") }
    #expect(Set(plans).count == plans.count)
    let isTold = ComparisonReport(comparison).planText.contains(" fp8 ")
    #expect(isTold == plans.contains { $0.contains("fp8") })
  }

  @Test("without a price, plans are a choice between device time and days")
  func front() async throws {
    var scenario = Self.scenario { $0.constraints.devices = .of([1, 16]) }
    scenario.fleets[0].price = nil
    let comparison = try await Comparison.answer(scenario, drawsRuns: false)
    let report = ComparisonReport(comparison)
    #expect(report.front.rows.count == 2)
    #expect(report.planText.contains("both leaner and quicker"))
    #expect(report.files.contains { $0.name == "front.csv" })
  }

  @Test("a row of a sweep that searches tells the plan that was found")
  func sweep() throws {
    let runner = try SweepRunner(Sweep(axes: [])) { _ in Self.scenario() }
    let text = SweepText(runner, currency: "RMB")
    let header = String(decoding: text.header, as: UTF8.self).split(separator: ",")
    let row = String(decoding: try text.lines(ofChunk: 0), as: UTF8.self)
      .split(separator: ",", omittingEmptySubsequences: false)
    #expect(header.count == row.count)
    let place = try #require(header.firstIndex(of: "plan"))
    #expect(row[place].contains("mbs") && row[place - 1] == "bf16")
  }
}
