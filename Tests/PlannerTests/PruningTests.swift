import CostModel
import Fixtures
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

@Suite("Bounds of the search")
struct PruningTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 48, precision: .bf16)

  /// Every axis open as far as a small fleet allows, schedules, shardings and uneven ends among them.
  static var open: SearchConstraints {
    var open = SearchConstraints()
    open.tensor = .of([1, 2])
    open.context = .of([1, 2])
    open.pipeline = .any
    open.virtualStages = .of([1, 2])
    open.expert = .of([1, 4, 16])
    open.expertTensor = .any
    open.microBatch = .of([1, 3])
    open.firstStageLayers = .any
    open.lastStageLayers = .any
    open.schedule = .any
    open.sharding = .any
    open.overlap = .any
    open.recompute = .of([.full, .selective([.experts]), .selective([.activations]), .none])
    return open
  }

  @Test(
    "leaving plans out by memory and by time never changes the answer",
    arguments: [80e9, 1.5e9, 0.6e9])
  func pruning(memory: Double) throws {
    var fleet = IdealFleet.fleet(size: 16)
    fleet.device.memoryCapacity.value = Bytes(memory)
    fleet.stack.overlap.gradientReduction.value = 0.5
    fleet.stack.overlap.pipeline.value = 0.5
    fleet.stack.schedules = ["gpipe", "1f1b", "1f1b-interleaved", "zb-h1", "dualpipe"]
    var evaluated = (pruned: 0, whole: 0)
    for var model in [SmallModels.experts, SmallModels.dense] {
      // So that ends can be uneven in more than one way.
      model.layers = 7
      let search = PlanSearch(
        model: model, recipe: recipe, fleet: fleet, constraints: Self.open, keep: 12)
      let pruned = try search.run()
      let whole = try search.run(prunes: false)
      #expect(pruned.best.map(\.plan) == whole.best.map(\.plan))
      #expect(pruned.best.map(\.stepTime) == whole.best.map(\.stepTime))
      evaluated.pruned += pruned.evaluated
      evaluated.whole += whole.evaluated
    }
    #expect(evaluated.pruned < evaluated.whole)
  }

  @Test("a fixed part of a plan is kept, and a list is kept to")
  func constraints() throws {
    var fixed = SearchConstraints()
    fixed.tensor = .of([2])
    fixed.expert = .of([4, 8])
    fixed.data = .of([2])
    let best = try PlanSearch(
      model: SmallModels.experts, recipe: recipe, fleet: IdealFleet.fleet(size: 16),
      constraints: fixed
    ).run().best
    #expect(!best.isEmpty)
    for plan in best.map(\.plan) {
      #expect(plan.tensor == 2 && [4, 8].contains(plan.expert) && plan.data == 2)
      #expect(plan.ranks == 16)
    }
  }

  // 4 layers, of which the last stage of 4 holds one: 2 on the first would leave none for one of the two
  // between. On 2 stages both ends are named and must add up.
  @Test("uneven ends must leave a layer for every other stage")
  func ends() {
    func faults(_ first: Int, _ last: Int, pipeline: Int) -> [PlanFault] {
      var plan = ParallelPlan(pipeline: pipeline, data: 1)
      plan.firstStageLayers = first
      plan.lastStageLayers = last
      return plan.faults(
        model: SmallModels.dense, sequenceLength: 2048, globalBatch: 48, ranks: pipeline)
    }
    #expect(faults(1, 1, pipeline: 4).isEmpty)
    #expect(faults(2, 1, pipeline: 3).isEmpty)
    #expect(faults(1, 3, pipeline: 2).isEmpty)
    #expect(faults(0, 3, pipeline: 2).isEmpty)
    #expect(faults(2, 1, pipeline: 4).count == 1)
    #expect(faults(1, 2, pipeline: 2).count == 1)
  }

  @Test("a front keeps what nothing beats in both amounts")
  func pareto() {
    let points = [(3.0, 1.0), (1.0, 3.0), (2.0, 2.0), (2.0, 2.5), (4.0, 1.0), (2.0, 2.0)]
    let front = front(points, by: ({ $0.0 }, { $0.1 }))
    #expect(front.map(\.0) == [1, 2, 3])
    #expect(front.map(\.1) == [3, 2, 1])
  }
}
