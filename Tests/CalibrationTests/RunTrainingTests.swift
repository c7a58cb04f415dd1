import Fixtures
import Hardware
import Testing
import Units

@testable import Calibration

@Suite("Which runs trained a stack")
struct RunTrainingTests {
  private func stack(fitted: Bool) -> SoftwareStack {
    var stack = IdealFleet.fleet(size: 8).stack
    if fitted {
      let errors = RunErrors(runs: 3, median: 0.05, p90: 0.1, bias: 0)
      stack.quality = RunFitQuality(trained: errors, heldBack: errors)
    }
    return stack
  }

  private func row(_ id: String, tier: String = "A") -> PublishedRow {
    RunFixtures.row(RunFixtures.dense, ["id": id, "tier": tier])
  }

  private func status(
    _ row: PublishedRow, own: [PublishedRow], fitted: Bool = true
  ) -> RunTraining.Status {
    let stack = stack(fitted: fitted)
    let training = RunTraining(rows: own) { _ in stack }
    return training.status(of: row.label, stack: stack)
  }

  @Test("odd-numbered rows of tiers A and B train a fitted stack, the others know it")
  func oddAndEven() {
    let own = [row("a-1"), row("a-2"), row("a-3", tier: "C")]
    #expect(own.map { status($0, own: own) } == [.trained, .knownStack, .knownStack])
    #expect(status(row("a-9"), own: own) == .knownStack)
  }

  @Test("a row of another file trained nothing, though it be of the same id")
  func otherFile() {
    let other = RunFixtures.row(RunFixtures.dense, ["id": "a-1", "value": "3"])
    #expect(status(other, own: [row("a-1")]) == .knownStack)
  }

  @Test("a source that trained nothing was never seen, nor is any by a stack that nobody fitted")
  func unseen() {
    #expect(status(row("b-1"), own: [row("a-1")]) == .unseenSource)
    #expect(status(row("a-1"), own: [row("a-1")], fitted: false) == .unseenSource)
    #expect(status(row("b-2"), own: [row("b-2"), row("b-1", tier: "C")]) == .unseenSource)
  }

  @Test("a run that failed trained nothing")
  func outOfMemory() {
    let failed = RunFixtures.row(RunFixtures.dense, ["id": "a-1", "value": "OOM"])
    #expect(status(failed, own: [failed]) == .unseenSource)
  }
}
