import Planner
import Testing
import TrainingRun
import Units

@testable import InputFiles

@Suite("A scenario with its inputs drawn")
struct UncertaintyStudyTests {
  /// The scenario of tests with a plan of its own and a price that is not sure.
  private func project(
    price: String, sure: Bool, mixes: String = "", scenario changes: [String: String] = [:]
  ) throws -> Project {
    var scenario = Project.scenario.replacing(
      "plan: best", with: "plan: {tensor: 4, expert: 8, recompute: full}"
    ).replacing("{fleet: strong, name: half, devices: 2048}", with: "other")
      .replacing("deadline: 90 d\n", with: "")
      .replacing("draws: 16", with: "draws: 12")
      .replacing("runs: 1, chance", with: "runs: 10, chance")
      .replacing("baseline: strong", with: "baseline: strong\n\(mixes)")
    for (text, other) in changes { scenario = scenario.replacing(text, with: other) }
    let reliability = Project.reliability.replacing(", between: [2e-4, 8e-4]", with: "")
      .replacing(", between: [2, 10],\n    distribution: lognormal", with: "")
      .replacing(", samples: [0.5, 1, 2]", with: "")
    return try Project([
      Project.scenarioPath: scenario,
      "hardware-profiles/prices/list.yaml": Project.prices.replacing(
        "2.5 USD/h,", with: "2.5 USD/h, \(price),"),
      "hardware-profiles/reliability/mature.yaml": sure ? reliability : Project.reliability,
    ])
  }

  private func answer(_ project: Project, threads: Int = 0) async throws -> UncertaintyAnswer {
    let path = project.path(Project.scenarioPath)
    let catalog = try Catalog(root: project.root, scenario: path)
    let comparison = try await Comparison.answer(try catalog.scenario(at: path))
    let answer = try await catalog.uncertainty(of: comparison, at: path, threads: threads)
    return try #require(answer)
  }

  @Test(
    "inputs of zero width give the point answer to the last bit",
    arguments: [
      "between: [2.5, 2.5]", "between: [2.5, 2.5], distribution: lognormal", "samples: [2.5]",
    ])
  func zeroWidth(price: String) async throws {
    let answer = try await answer(try project(price: price, sure: true))
    #expect(answer.draws == 12 && answer.inputCount == 1)
    let run = try #require(answer.comparison.entries[0].run)
    #expect(answer.spread(of: .days, entry: 0)?.point == run.forecast.duration / Seconds.day)
    #expect(answer.spread(of: .cost, entry: 0)?.point == run.bill?.total.value)
    for quantity in UncertaintyAnswer.Quantity.allCases {
      guard let (point, spread) = answer.spread(of: quantity, entry: 0) else { continue }
      #expect([spread.p5, spread.p50, spread.p95].allSatisfy { $0 == point }, "\(quantity)")
    }
    #expect(answer.spread(of: .cost, entry: 0) != nil)
    #expect(answer.costSensitivities(entry: 0).isEmpty)
  }

  @Test(
    "a mix of zero width gives the point answer, and costs what its prices say",
    arguments: [
      "{name: m, as: replicas, pools: [strong, other]}",
      """
      {name: m, as: phases, pools: [{fleet: strong, tokens: 3 T}, {fleet: other, tokens: 6 T}], \
      transfer: {bandwidth: 2 GB/s, pause: 1 h}}
      """,
    ])
  func mixes(mix: String) async throws {
    let fixed = try await answer(
      try project(price: "between: [2.5, 2.5]", sure: true, mixes: "mixes: [\(mix)]"))
    #expect(fixed.entries.map(\.name) == ["strong", "other", "m"])
    for quantity in UncertaintyAnswer.Quantity.allCases {
      guard let (point, spread) = fixed.spread(of: quantity, entry: 2) else { continue }
      #expect([spread.p5, spread.p50, spread.p95].allSatisfy { $0 == point }, "\(quantity)")
    }
    let drawn = try await answer(
      try project(price: "between: [2, 3]", sure: true, mixes: "mixes: [\(mix)]"))
    let (point, spread) = try #require(drawn.spread(of: .cost, entry: 2))
    // All pools pay one price: the cost is in proportion to it.
    #expect(spread.p5 > 2 / 2.5 * point && spread.p95 < 3 / 2.5 * point && spread.p5 < spread.p95)
    #expect(drawn.costSensitivities(entry: 2).map(\.input.key) == ["prices.strong"])
  }

  @Test("fleets that differ in nothing but what fails with a device have runs of their own")
  func scopes() async throws {
    let scenario = Project.scenario.replacing(
      "plan: best", with: "plan: {tensor: 4, expert: 8, recompute: full}"
    ).replacing(
      "{fleet: strong, name: half, devices: 2048}",
      with: "{fleet: strong, name: racks, reliability: racks}"
    )
    .replacing("deadline: 90 d\n", with: "").replacing("runs: 1, chance", with: "runs: 10, chance")
    .replacing("evaluation: 0.5 %", with: "evaluation: {value: 0.5 %, between: [0.5, 0.5]}")
    let reliability = Project.reliability.replacing(", between: [2e-4, 8e-4]", with: "")
      .replacing(", between: [2, 10],\n    distribution: lognormal", with: "")
      .replacing(", samples: [0.5, 1, 2]", with: "")
    let answer = try await answer(
      try Project([
        Project.scenarioPath: scenario,
        "hardware-profiles/reliability/mature.yaml": reliability,
        "hardware-profiles/reliability/racks.yaml": reliability.replacing(
          "scope: device", with: "scope: supernode"),
      ]))
    for entry in 0...1 {
      let (point, spread) = try #require(answer.spread(of: .days, entry: entry))
      #expect(spread.p5 == point && spread.p95 == point)
    }
    let days = [0, 1].map { answer.spread(of: .days, entry: $0)?.point }
    #expect(days[0] != days[1])
  }

  @Test("a whole number and a law without bounds are drawn within their keys")
  func keys() async throws {
    let project = try project(
      price: "between: [2.5, 2.5]", sure: true,
      scenario: [
        "spare_nodes: 8": "spare_nodes: {value: 8, between: [0, 20]}",
        "evaluation: 0.5 %": "evaluation: {value: 0.5 %, between: [0.1, 60], distribution: normal}",
      ])
    let answer = try await answer(project)
    #expect(answer.draws == 12 && answer.refused == 0 && answer.inputCount == 3)
    let (_, cost) = try #require(answer.spread(of: .cost, entry: 0))
    #expect(cost.p5 < cost.p95)
  }

  @Test("draws whose values do not go together are left out and counted")
  func refused() async throws {
    let project = try project(
      price: "between: [2.5, 2.5]", sure: true,
      scenario: ["stall: 30 s": "stall: {value: 30 s, between: [30, 90], distribution: uniform}"])
    let answer = try await answer(project)
    // A save of a minute cannot stall for longer: half of the draws.
    #expect(answer.draws + answer.refused == 12)
    #expect(abs(answer.refused - 6) <= 1)
    #expect(answer.spread(of: .cost, entry: 0) != nil)
  }

  @Test("the answer is the same on one thread and on several")
  func threads() async throws {
    let project = try project(price: "between: [2, 3]", sure: false)
    let one = try await answer(project, threads: 1)
    let three = try await answer(project, threads: 3)
    for quantity in UncertaintyAnswer.Quantity.allCases {
      #expect(
        one.spread(of: quantity, entry: 0)?.spread == three.spread(of: quantity, entry: 0)?.spread)
    }
    let indices = [one, three].map { $0.costSensitivities(entry: 0) }
    #expect(!indices[0].isEmpty)
    #expect(indices[0].map { $0.input } == indices[1].map { $0.input })
    #expect(indices[0].map { $0.index.total } == indices[1].map { $0.index.total })
    #expect(indices[0].map { $0.index.totalError } == indices[1].map { $0.index.totalError })
  }

  @Test("a fleet at the price of another is cheaper in no draw")
  func chances() async throws {
    let answer = try await answer(try project(price: "between: [2, 3]", sure: false))
    #expect(answer.probability(entry: 1, savesMoreThan: 0) == 0)
    #expect(answer.probability(entry: 1, savesMoreThan: -0.01) == 1)
    #expect(answer.probability(entry: 0, isCheaperThan: 1) == 0)
  }
}
