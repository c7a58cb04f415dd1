import Numerics
import Testing
import Units

@testable import MoEKernel

@Suite("What is measured on this machine")
struct MeasurementPlanTests {
  @Test(
    "a seed always draws the same shapes, and another seed others",
    arguments: MeasurementPlan.Size.allCases)
  func seeds(size: MeasurementPlan.Size) {
    let shapes = MeasurementPlan(size, for: .fit, seed: 1).shapes
    #expect(shapes == MeasurementPlan(size, for: .fit, seed: 1).shapes)
    #expect(shapes != MeasurementPlan(size, for: .fit, seed: 2).shapes)
    #expect(Set(shapes.map(\.key)).count == Set(shapes).count)
  }

  // 20 rows of a family are the fewest that a fit takes, and a shape gives one of each pass at least.
  @Test("every part has shapes enough for a fit", arguments: MeasurementPlan.Size.allCases)
  func enough(size: MeasurementPlan.Size) {
    let shapes = MeasurementPlan(size, for: .fit, seed: 1).shapes
    for part in MeasuredShape.Part.allCases {
      #expect(shapes.count { $0.part == part } >= 20)
    }
  }

  @Test("parts take turns, so that a run that ends early has met all of them")
  func turns() {
    let shapes = MeasurementPlan(.full, for: .fit, seed: 1).shapes
    for part in MeasuredShape.Part.allCases {
      #expect(shapes.prefix(50).count { $0.part == part } == 10)
    }
  }

  @Test("no shape that is held back is one that curves are fitted to")
  func heldBack() {
    let fitted = Set(
      MeasurementPlan.Size.allCases.flatMap { MeasurementPlan($0, for: .fit, seed: 1).shapes })
    for size in MeasurementPlan.Size.allCases {
      let held = MeasurementPlan(size, for: .validation, seed: 4242).shapes
      #expect(fitted.isDisjoint(with: held))
    }
  }

  @Test("each tenth of every axis holds one of ten points", arguments: [1, 2, 3] as [UInt64])
  func hypercube(seed: UInt64) {
    let axis = LatinHypercube(count: 10, random: RandomGenerator(seed: seed)).axis()
    #expect(axis.map { Int($0 * 10) }.sorted() == Array(0..<10))
  }
}

@Suite("Measuring")
struct MeasurerTests {
  private func shape(_ part: MeasuredShape.Part) -> MeasuredShape {
    var shape = MeasuredShape(part, sequenceLength: 16, hidden: 16)
    shape.batch = 2
    shape.heads = 2
    shape.keyValueHeads = 1
    shape.headWidth = 8
    shape.experts = 4
    shape.topK = 2
    shape.width = 8
    shape.vocabulary = 11
    shape.layers = 2
    return shape
  }

  @Test(
    "every operation of a part has its own time, and parts are their sum",
    arguments: MeasuredShape.Part.allCases)
  func operations(part: MeasuredShape.Part) throws {
    var rule = RepeatRule()
    rule.least = 3
    rule.most = 3
    let measured = try Measurer(team: WorkerTeam(workers: 1), rule: rule).measure(shape(part))
    #expect(measured.repeats == 3)
    #expect(measured.operations.allSatisfy { $0.time.median > .zero })
    #expect((measured.optimizer != nil) == (part == .step))
    #expect(measured.whole.median >= measured.forward.median)
    #expect(measured.whole.median >= measured.backward.median)
  }

  @Test("a spread tells the middle half")
  func spread() {
    let spread = Spread([5, 1, 4, 2, 3].map { Seconds($0) })
    #expect(spread.median == Seconds(3))
    #expect(spread.lowerQuartile == Seconds(2) && spread.upperQuartile == Seconds(4))
    #expect(abs(spread.relative - 2.0 / 3) < 1e-12)
  }

  @Test("the clock of this machine lies between 0.3 and 8 GHz")
  func clock() {
    let processor = HostProcessor()
    #expect(processor.clock > 0.3e9 && processor.clock < 8e9)
    #expect(processor.peak(workers: 1).value == processor.clock * processor.operationsPerCycle)
    #expect(processor.peak(workers: 10_000) == processor.peak(workers: processor.cores))
  }
}
