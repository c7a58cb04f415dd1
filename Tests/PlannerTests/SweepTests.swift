import Fixtures
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

/// The points that a sweep reads, one after another.
private final class Asked: @unchecked Sendable {
  var points: [[Int]] = []
}

@Suite("A sweep")
struct SweepTests {
  static func scenario(_ plan: ParallelPlan, batch: Int = 64) -> Scenario {
    Scenario(
      id: "s", title: "S", models: [SmallModels.experts],
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 2048, globalBatch: batch, precision: .bf16),
      fleets: [IdealFleet.fleet(size: 16)], plan: .explicit(plan), baseline: nil, currency: "RMB",
      totalTokens: .trillion, deadline: nil, references: [], inputs: [])
  }

  /// Reads two fields of a plan and the batch.
  static let read: SweepRunner.Reader = { settings in
    var plan = ParallelPlan(data: 0)
    var batch = 64
    for setting in settings {
      let value = Int(setting.text) ?? 0
      switch setting.field {
      case "plan.tensor": plan.tensor = value
      case "plan.micro_batch": plan.microBatch = value
      default: batch = value
      }
    }
    return scenario(plan, batch: batch)
  }

  private func list(_ field: String, _ values: [Int]) -> SweepAxis {
    SweepAxis(field: field, values: .list(values.map(String.init)))
  }

  @Test("plan fields run fastest, in the order written; every row is what its plan alone gives")
  func order() throws {
    let sweep = Sweep(axes: [
      list("plan.tensor", [1, 2, 3]), list("training.global_batch", [32, 64]),
      list("plan.micro_batch", [1, 2]),
    ])
    let runner = try SweepRunner(sweep, read: Self.read)
    #expect(runner.rows == 12 && runner.outerFields == ["training.global_batch"])
    var places: [[String]] = []
    try runner.answer(chunk: 0) { block in
      let outer = block.settings
      var before: [Int]?
      try block.answer { values, firstChanged, row in
        let plan = values.enumerated().map { runner.planTexts($0)[$1] }
        places.append(outer + plan)
        var settings = [SweepSetting(field: "training.global_batch", text: outer[0])]
        settings += zip(runner.planFields, plan).map { SweepSetting(field: $0, text: $1) }
        let asked = settings
        let alone = try SweepRunner(Sweep(axes: []), read: { _ in try Self.read(asked) })
        try alone.answer(chunk: 0) { try $0.answer { #expect($2.stepTime == row.stepTime) } }
        // Three tensor ranks divide neither 16 devices nor 8 heads.
        #expect((row.status == .refused) == (plan[0] == "3"))
        #expect(values.prefix(firstChanged) == before?.prefix(firstChanged) ?? [])
        before = values
      }
    }
    #expect(places.first == ["32", "1", "1"] && places[1] == ["32", "1", "2"])
    #expect(places.last == ["64", "3", "2"])
  }

  @Test("a drawn sweep meets every stratum of every axis once, the same for one seed")
  func latinHypercube() throws {
    let axis = { (field: String) in
      SweepAxis(
        field: field,
        values: .range(
          SweepRange(
            from: 0, to: 100, unit: "", count: 101, isLogarithmic: false, isWhole: false)))
    }
    func points(seed: UInt64) throws -> [[Int]] {
      let sweep = Sweep(
        axes: [axis("a"), axis("b")], draw: Sweep.Draw(points: 10, seed: seed))
      let asked = Asked()
      let runner = try SweepRunner(sweep) { settings in
        if !settings.isEmpty {
          asked.points.append(settings.map { Int((Double($0.text) ?? 0) / 10) })
        }
        return Self.scenario(ParallelPlan(data: 0))
      }
      for chunk in 0..<runner.chunks {
        try runner.answer(chunk: chunk) { try $0.answer { _, _, _ in } }
      }
      return asked.points
    }
    let first = try points(seed: 7)
    #expect(first.map { $0[0] }.sorted() == Array(0..<10))
    #expect(first.map { $0[1] }.sorted() == Array(0..<10))
    #expect(try points(seed: 7) == first)
    #expect(try points(seed: 8) != first)
  }

  // 1, 10, 100 by factors of 10; 5, 7.5, 10 by steps of 2.5.
  @Test("ranges hold both ends, on a plain and on a logarithmic scale")
  func ranges() {
    func texts(_ from: Double, _ to: Double, log: Bool, whole: Bool) -> [String] {
      let axis = SweepAxis(
        field: "f",
        values: .range(
          SweepRange(
            from: from, to: to, unit: "RMB/h", count: 3, isLogarithmic: log, isWhole: whole)))
      return [axis.firstText, axis.lastText]
    }
    #expect(texts(1, 100, log: true, whole: true) == ["1 RMB/h", "100 RMB/h"])
    #expect(texts(5, 10, log: false, whole: false) == ["5.0 RMB/h", "10.0 RMB/h"])
  }
}
