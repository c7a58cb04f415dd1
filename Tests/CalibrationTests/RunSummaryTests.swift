import Fixtures
import Parallelism
import Testing
import Units

@testable import Calibration

@Suite("Summaries of a validation")
struct RunSummaryTests {
  /// Lines whose step is observed at these seconds and predicted at 10 · TP seconds.
  private func lines(_ observed: [(id: String, tensor: Int, seconds: Double)]) -> [RunComparison] {
    let validation = RunValidation(
      fleet: { (IdealFleet.fleet(size: $0.count), []) },
      estimate: { job in
        .init(
          time: Seconds(10 * Double(job.plan.tensor)), allocated: .zero, shown: .zero, fits: true)
      })
    return validation.validate(
      observed.map { row in
        RunFixtures.row(
          RunFixtures.dense,
          [
            "id": row.id, "value": "\(row.seconds)", "TP": "\(row.tensor)", "PP": "1", "DP": "",
          ])
      })
  }

  @Test("count, median, mean, 90th percentile, largest and bias of a group")
  func statistics() throws {
    // Predicted 10 s; errors +25 %, 0, -20 %, of 8, 10 and 12.5 s.
    let summary = try #require(
      summaries(of: lines([("a-1", 1, 8), ("a-2", 1, 10), ("b-1", 1, 12.5)])).first)
    #expect(summary.grouping == "all")
    #expect(summary.predicted == 3)
    #expect(abs(try #require(summary.median) - 0.2) < 1e-12)
    #expect(abs(try #require(summary.mean) - 0.15) < 1e-12)
    // At position 2 · 0.9 = 1.8 of the sorted 0, 0.2, 0.25: 0.2 + 0.8 · 0.05.
    #expect(abs(try #require(summary.p90) - 0.24) < 1e-12)
    #expect(abs(try #require(summary.largest) - 0.25) < 1e-12)
    // The median of 1.25, 1 and 0.8.
    #expect(summary.bias == 0)
  }

  @Test("groups are told by what their rows share, and sorted by name")
  func groups() {
    let all = summaries(of: lines([("b-1", 1, 10), ("a-1", 1, 10), ("a-2", 1, 10)]))
    #expect(
      all.map { "\($0.grouping) \($0.group) \($0.predicted)" } == [
        "all all 3", "source a 2", "source b 1", "device ideal 3", "kind dense 3", "tier A 3",
        "precision bf16 3", "stack ideal 3", "training source never seen 3",
        "untrained stack ideal 3", "untrained source a, source never seen 2",
        "untrained source b, source never seen 1", "untrained tier A dense, source never seen 3",
      ])
  }

  @Test("skipped rows are counted, and a group without predictions has no statistics")
  func skipped() throws {
    let row = RunFixtures.row(RunFixtures.dense, ["layers": ""])
    let validation = RunValidation(
      fleet: { (IdealFleet.fleet(size: $0.count), []) },
      estimate: { _ in .init(time: Seconds(1), allocated: .zero, shown: .zero, fits: true) })
    let summary = try #require(summaries(of: validation.validate([row])).first)
    #expect(summary.predicted == 0)
    #expect(summary.skipped == 1)
    #expect(summary.median == nil)
    #expect(summary.bias == nil)
  }

  @Test("the worst rows come first, and rows without a prediction not at all")
  func worst() throws {
    // Predicted 10 s; errors +25 %, -20 %, +900 %.
    let lines = lines([("a-1", 1, 8), ("a-2", 1, 12.5), ("b-1", 1, 1)])
    #expect(worstRuns(of: lines, count: 2).map(\.label.id) == ["b-1", "a-1"])
    let skipped = RunValidation(
      fleet: { (IdealFleet.fleet(size: $0.count), []) },
      estimate: { _ in throw RunSkip.other("no estimate") }
    ).validate([RunFixtures.row()])
    #expect(worstRuns(of: skipped).isEmpty)
  }

  @Test("layouts are ranked by time a token: 1 where the order is the same, -1 where opposite")
  func ranking() throws {
    let same = layoutRankings(
      of: lines([("a-1", 1, 9), ("a-2", 2, 19), ("a-3", 4, 50), ("a-4", 8, 60)]))
    #expect(same.count == 1)
    #expect(same[0].layouts == 4)
    #expect(abs(same[0].correlation - 1) < 1e-12)
    let opposite = layoutRankings(
      of: lines([("a-1", 1, 60), ("a-2", 2, 50), ("a-3", 4, 19), ("a-4", 8, 9)]))
    #expect(abs(opposite[0].correlation + 1) < 1e-12)
    #expect(layoutRankings(of: lines([("a-1", 1, 9), ("a-2", 2, 19), ("a-3", 4, 50)])).isEmpty)
  }
}
