import Foundation
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

@testable import InputFiles

@Suite("A scenario and the files it names")
struct ScenarioTests {
  @Test("every well-formed file reads without a fault")
  func wellFormed() throws {
    let project = try Project()
    #expect(try project.catalog().checkAll().map(\.description) == [])
  }

  @Test("a scenario holds what its files say")
  func scenario() throws {
    let project = try Project()
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    #expect(scenario.id == "question")
    #expect(scenario.title == "A question")
    #expect(scenario.models.map(\.id) == ["small"])
    #expect(scenario.recipe.tokens == Tokens(1e12))
    #expect(scenario.recipe.globalBatch == 8960)
    #expect(scenario.totalTokens == Tokens(9e12))
    #expect(scenario.deadline == 90 * Seconds.day)
    #expect(scenario.fleets.map(\.id) == ["strong", "half"])
    #expect(scenario.fleets.map(\.size) == [1024, 2048])
    #expect(scenario.baseline == "strong")
  }

  @Test("a price is converted at the nearest dated rate, and the rate is an input")
  func price() throws {
    let project = try Project()
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    let price = try #require(scenario.fleets[0].price)
    // 2.5 USD/h at the rate of 2025-02, 7.2 RMB per USD: 18 RMB/h = 0.005 RMB/s.
    #expect(price.rate.value == MoneyPerSecond(0.005))
    #expect(price.quoted == "2.5 USD/h")
    #expect(scenario.inputs.contains { $0.key == "rates[2].rate" && $0.value == "7.2" })
    // 5 M USD at the rate of 2024-01, 7.1 RMB per USD.
    #expect(scenario.references[1].cost == Money(35.5e6))
  }

  @Test("0 layers at an end deal it like the others, in a given plan as in a search")
  func dealtEnds() throws {
    let text = Project.scenario.replacing(
      "plan: best", with: "plan: {pipeline: 8, first_stage_layers: 0, last_stage_layers: 0}")
    let project = try Project([Project.scenarioPath: text])
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    guard case .explicit(let plan) = scenario.plan else {
      Issue.record("a plan is given")
      return
    }
    #expect(plan.pipeline == 8 && !plan.hasOwnEnds)
  }

  @Test("the cost with failures needs a run that tells of them")
  func goodputCost() throws {
    let asked = Project.scenario.replacing("plan: best", with: "plan: {objective: goodput-cost}")
    let withoutRun = asked.components(separatedBy: "run:")[0]
    #expect(try Project.faults(scenario: asked) == [])
    #expect(
      try Project.faults(scenario: withoutRun) == [
        """
        scenarios/question.yaml:7: plan.objective: needs to know how a run goes. Add a 'run' block, \
        or write 'cost'.
        """
      ])
  }
}
