import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun

@testable import Planner

@Suite("What a study of uncertain inputs says")
struct UncertaintyAnswerTests {
  /// What costs as many as it takes days; infinite ones where a part of the runs was given up.
  private func result(days: Double, unfinished: Double = 0) -> DrawResult {
    let days = unfinished > 0 ? .infinity : days
    return DrawResult(
      cost: days, days: days, goodput: 1, interruptions: 0, effectiveTime: 1, deviceHours: days,
      unfinished: unfinished)
  }

  private func entry(_ id: String) -> Comparison.Entry {
    var fleet = IdealFleet.fleet(size: 8)
    fleet.id = id
    return Comparison.Entry(
      model: SmallModels.experts, fleet: fleet, outcome: .noPlan(faults: []))
  }

  @Test("runs that were given up are told, in parts of all runs of all draws")
  func unfinished() throws {
    let comparison = Comparison(scenario: SweepTests.scenario(ParallelPlan()), entries: [])
    let answer = UncertaintyAnswer(
      comparison: comparison, point: [result(days: 1, unfinished: 0)],
      rows: [(1.0, 0.0), (100, 1), (51, 0.5), (1, 0)].map {
        StudyRow(a: [result(days: $0.0, unfinished: $0.1)])
      }, refused: 0)
    #expect(answer.unfinished(entry: 0) == 1.5 / 4)
    let spread = try #require(answer.spread(of: .unfinished, entry: 0))
    #expect(spread.point == 0 && spread.spread.p95 > 0.5)
  }

  @Test(
    "a draw with a run that was given up is longer and dearer than all others, and saves nothing")
  func givenUp() throws {
    var scenario = SweepTests.scenario(ParallelPlan())
    scenario.baseline = "base"
    let comparison = Comparison(scenario: scenario, entries: [entry("base"), entry("other")])
    let rows = [(2.0, 0.0), (2.0, 0.5), (2.0, 0.0), (2.0, 1.0)].map {
      StudyRow(a: [result(days: 4), result(days: $0.0, unfinished: $0.1)])
    }
    let answer = UncertaintyAnswer(
      comparison: comparison, point: [result(days: 4), result(days: 2)], rows: rows, refused: 0)
    let days = try #require(answer.spread(of: .days, entry: 1)).spread
    #expect(days.p5 == 2 && days.p50 == .infinity && days.p95 == .infinity)
    #expect(answer.probability(entry: 1, isCheaperThan: 0) == 0.5)
    #expect(answer.probability(entry: 0, isCheaperThan: 1) == 0.5)
    #expect(answer.probability(entry: 1, savesMoreThan: 0.3) == 0.5)
    #expect(answer.savings(entry: 1) == [0.5, -.infinity, 0.5, -.infinity])
    // What never ends is saved in full by what does.
    let turned = UncertaintyAnswer(
      comparison: comparison, point: answer.point,
      rows: [StudyRow(a: [result(days: 1, unfinished: 1), result(days: 2)])], refused: 0)
    #expect(turned.savings(entry: 1) == [1])
    #expect(turned.difference(entry: 1) == nil)
  }
}
