import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import Units
import Workload

@testable import Planner

/// What a scenario writes about an axis is kept to.
@Suite("Written axes of a search")
struct WrittenAxesTests {
  private let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16)

  private func search(
    _ model: ModelArchitecture = SmallModels.experts, memory: Double = 80e9, size: Int = 16,
    _ constrain: (inout SearchConstraints) -> Void
  ) -> PlanSearch {
    var constraints = SearchConstraints()
    constrain(&constraints)
    var fleet = IdealFleet.fleet(size: size)
    fleet.device.memoryCapacity.value = Bytes(memory)
    return PlanSearch(model: model, recipe: recipe, fleet: fleet, constraints: constraints)
  }

  // With 0.7 GB some plans fit without recomputation and others only with it.
  @Test(
    "whatever the order of the levels of recomputation, the best plan is the quickest that fits",
    arguments: [80e9, 1.2e9, 0.7e9])
  func recomputation(memory: Double) throws {
    let parts: [Recompute] = [
      .selective([.attention]), .selective([.experts]), .selective([.activations, .experts]),
    ]
    let whole: [Recompute] = [.full, .none]
    var orders = [whole + parts, parts + whole, whole, whole.reversed()].map {
      SearchConstraints.Choice.of($0)
    }
    orders.append(.any)
    for order in orders {
      let search = search(memory: memory) { $0.recompute = order }
      var quickest = Seconds(.infinity)
      try search.forEachPlan { _, time, peak in
        if peak <= Bytes(memory) { quickest = min(quickest, time) }
      }
      let best = try search.run().best.first?.stepTime ?? Seconds(.infinity)
      #expect(best == quickest || abs(best / quickest - 1) < 1e-12)
    }
  }

  @Test("levels come before those that repeat more, each once")
  func levels() {
    let levels = RecomputeLevels([.full, .selective([.experts, .activations]), .full, .none])
    #expect(levels.levels == [.none, .selective([.experts, .activations]), .full])
    #expect([0, 1, 2].map { levels.more(than: 1).contains($0) } == [false, true, true])
    let unlike = RecomputeLevels([.selective([.experts]), .selective([.attention])])
    #expect(!unlike.more(than: 0).contains(1))
  }

  @Test("no plan has a schedule that the stack lacks, and the stack's rule is told")
  func schedule() throws {
    let search = search {
      $0.schedule = .of([.dualPipe])
      $0.pipeline = .of([2])
    }
    #expect(try search.run().best.isEmpty)
    let isTold = search.space.fewestFaults.contains { fault in
      if case .scheduleNotInStack = fault { true } else { false }
    }
    #expect(isTold)
  }

  // 4 layers: 3 on the first stage leave one for the second of two stages, and none for the third of three.
  @Test("layers of an end are those that are written, on two stages too")
  func ends() throws {
    let plans = try search { $0.firstStageLayers = .of([3]) }.run().best.map(\.plan)
    #expect(!plans.isEmpty)
    #expect(plans.allSatisfy { $0.firstStageLayers == 3 && $0.pipeline == 2 })
    var both: Set<ParallelPlan> = []
    try search {
      $0.pipeline = .of([2])
      $0.virtualStages = .of([1])
      $0.firstStageLayers = .any
      $0.lastStageLayers = .any
    }.forEachPlan { plan, _, _ in both.insert(plan) }
    #expect(Set(both.map(\.firstStageLayers)) == [0, 1, 3])
    #expect(both.allSatisfy { $0.lastStageLayers == 0 })
  }

  @Test("virtual stages, experts' ranks and schedules are those that are written")
  func others() throws {
    let interleaved = try search { $0.virtualStages = .of([2]) }.run().best
    #expect(!interleaved.isEmpty && interleaved.allSatisfy { $0.plan.virtualStages == 2 })
    let gpipe = try search { $0.schedule = .of([.gpipe]) }.run().best
    #expect(!gpipe.isEmpty && gpipe.allSatisfy { $0.plan.schedule == .gpipe })
    #expect(try search(SmallModels.dense) { $0.expert = .of([8]) }.run().best.isEmpty)
    #expect(try !search(SmallModels.dense) { $0.expert = .any }.run().best.isEmpty)
  }

  @Test("a census counts the plans of every number of devices and of every number format")
  func census() throws {
    func count(_ constrain: (inout SearchConstraints) -> Void) throws -> Int {
      var query = PlanQuery()
      query.constraints.tensor = .of([1])
      constrain(&query.constraints)
      var scenario = SweepTests.scenario(ParallelPlan())
      scenario.plan = .search(query)
      let census = try PlanCensus(
        scenario, model: SmallModels.experts, fleet: scenario.fleets[0], interval: 97)
      let counted = try #require(census)
      #expect(try counted.worstDifference() < 1e-9)
      return counted.plans
    }
    let half = try count { $0.devices = .of([8]) }
    let all = try count { $0.devices = .of([16]) }
    #expect(try count { $0.devices = .of([8, 16]) } == half + all)
    // The device has no TF32.
    #expect(try count { $0.precision = .of([.bf16, .tf32, .fp16]) } == 2 * all)
  }
}
