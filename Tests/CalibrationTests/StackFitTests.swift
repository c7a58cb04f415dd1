import Analytical
import CostModel
import Fixtures
import Foundation
import Hardware
import Testing
import Units

@testable import Calibration

@Suite("Fits of software stacks to runs")
struct StackFitTests {
  /// Rows whose observed time is what a stack gives, on layouts that tell its constants apart.
  private func rows(of stack: SoftwareStack, count: Int) -> [PublishedRow] {
    (0..<count).map { index in
      let cells = [
        "id": "test-\(index + 1)", "hidden": index % 2 == 0 ? "1024" : "4096",
        "ffn": index % 2 == 0 ? "4096" : "16384", "global_batch": "\(64 << (index % 3))",
        "layers": "\(4 + 4 * (index % 3))", "heads": "8", "kv_heads": "8",
        "head_dim": index % 2 == 0 ? "128" : "512",
      ]
      var row = RunFixtures.row(RunFixtures.dense, cells)
      let line = validation(stack).validate([row])[0]
      row.label.observed = line.predicted
      row = RunFixtures.row(
        RunFixtures.dense, cells.merging(["value": "\(line.predicted ?? 0)"]) { $1 })
      return row
    }
  }

  private func validation(_ stack: SoftwareStack) -> RunValidation {
    RunValidation(
      fleet: { run in
        var fleet = IdealFleet.fleet(size: run.count)
        fleet.stack = stack
        return (fleet, [])
      },
      estimate: { job in
        let step = try AnalyticalEstimator().estimate(
          model: job.model, recipe: job.recipe, plan: job.plan, fleet: job.fleet)
        return .init(time: step.stepTime, allocated: .zero, shown: .zero, fits: true)
      })
  }

  private let prior: SoftwareStack = {
    var stack = IdealFleet.stack
    let guess = { (value: Double) in Sourced(value, .estimated, source: "a guess") }
    let time = { (value: Double) in Sourced(Seconds(value), .estimated, source: "a guess") }
    stack.overlap = .init(
      tensor: guess(0.3), context: guess(0.3), expert: guess(0.3), pipeline: guess(0.3),
      gradientReduction: guess(0.3), parameterGather: guess(0.3), fullySharded: guess(0.3))
    stack.host = .init(
      perLayer: time(20e-6), perExpertLayer: time(20e-6), perLocalExpert: time(5e-6),
      perCollective: time(5e-6), perStep: time(0.02))
    return stack
  }()

  @Test("a stack's constants come back from its own runs")
  func recovers() throws {
    var truth = prior
    truth.kernels.matrixSlowdown.value = 1.3
    truth.host.perStep.value = 60 * .millisecond
    let fit = StackFit(base: prior, prior: prior, validation: validation(prior))
    let found = try fit.fit(rows(of: truth, count: 4), source: "a test")
    // The prior holds back a little, and what two constants can share they do.
    #expect(abs(found.kernels.matrixSlowdown.value - 1.3) < 0.1)
    #expect(found.host.perStep.value > prior.host.perStep.value)
    let quality = try #require(found.quality)
    #expect(quality.trained.median < 0.03)
    #expect(found.kernels.matrixSlowdown.kind == .derived)
  }

  @Test("two runs of a slower stack bring its other runs near, and the rest is held back")
  func twoRuns() throws {
    var truth = prior
    truth.kernels.matrixSlowdown.value = 1.35
    truth.kernels.elementwiseTraffic.value = 1.6
    truth.host.perStep.value = 120 * .millisecond
    let rows = rows(of: truth, count: 8)
    let training: Set<String> = ["test-1", "test-6"]
    let fit = StackFit(base: prior, prior: prior, validation: validation(prior))
    let found = try fit.fit(rows, isTraining: { training.contains($0.label.id) }, source: "a test")
    let quality = try #require(found.quality)
    #expect(quality.trained.runs == 2)
    #expect(quality.heldBack.runs == 6)
    let errors = validation(prior).validate(rows).compactMap { $0.ratio.map { abs(1 / $0 - 1) } }
    #expect(quality.heldBack.median < errors.reduce(0, +) / Double(errors.count) / 3)
  }

  @Test("what runs cannot tell, and what is specified, stays where it was")
  func untouched() throws {
    var truth = prior
    truth.kernels.matrixSlowdown.value = 1.3
    var base = prior
    base.overlap.tensor = Sourced(0, .specified, source: "there is none")
    let fit = StackFit(base: base, prior: prior, validation: validation(base))
    let found = try fit.fit(rows(of: truth, count: 3), source: "a test")
    #expect(found.overlap.tensor.value == 0)
    #expect(found.overlap.tensor.kind == .specified)
    // The runs are dense and have no expert layers.
    #expect(found.host.perExpertLayer.value == prior.host.perExpertLayer.value)
    #expect(found.overlap.expert.kind == .estimated)
  }

  @Test("one run is too few")
  func tooFew() {
    let fit = StackFit(base: prior, prior: prior, validation: validation(prior))
    #expect(throws: StackFitError.tooFewRuns(usable: 1, rows: 1)) {
      try fit.fit(rows(of: prior, count: 1), source: "a test")
    }
  }

  @Test("coordinates and values of a constant belong together, inside its range")
  func coordinates() {
    for constant in StackConstant.all {
      for coordinate in [-3.0, -1, 0, 0.5, 2] {
        let value = constant.value(at: coordinate)
        #expect(constant.range.contains(value))
        guard abs(coordinate) <= 1 else { continue }
        #expect(abs(constant.coordinate(of: value) - coordinate) < 1e-6)
      }
    }
  }

  /// The rows under another source's name.
  private func rows(of stack: SoftwareStack, count: Int, source: String) -> [PublishedRow] {
    rows(of: stack, count: count).map { row in
      var row = row
      row.label.id = row.label.id.replacingOccurrences(of: "test", with: source)
      row.label.tier = "A"
      return row
    }
  }

  // Source `slow` takes 1.3 times as long in matrix products as source `quick`.
  @Test("a source that is left out is predicted by what the others taught")
  func leftOut() throws {
    var slower = prior
    slower.kernels.matrixSlowdown.value = 1.3
    let quick = rows(of: prior, count: 8, source: "quick")
    let slow = rows(of: slower, count: 8, source: "slow")
    let lines = try LeaveOneOut(prior: prior, validation: validation(prior)).lines(quick + slow)
    #expect(lines.count == 16)
    #expect(lines.allSatisfy { $0.training == .leftOut })
    let ratios = lines.compactMap(\.ratio)
    // Quick ones look too slow to who learned from the slow ones, and the other way round.
    #expect(ratios[..<8].allSatisfy { $0 > 1.02 })
    #expect(ratios[8...].allSatisfy { $0 < 0.98 })
  }
}
