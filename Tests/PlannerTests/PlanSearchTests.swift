import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Planner
import Testing
import Units
import Workload

@Suite("The search for a plan")
struct PlanSearchTests {
  let recipe = TrainingRecipe(
    tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16)

  func search(
    _ model: ModelArchitecture, _ fleet: Fleet, keep: Int = 10
  ) throws -> PlanSearch.Outcome {
    try PlanSearch(model: model, recipe: recipe, fleet: fleet, keep: keep).run()
  }

  @Test("the best plans come in the order of their times, all of them fitting and legal")
  func order() throws {
    let fleet = IdealFleet.fleet(size: 16)
    let outcome = try search(SmallModels.experts, fleet)
    #expect(outcome.best.count == 10)
    #expect(zip(outcome.best, outcome.best.dropFirst()).allSatisfy { $0.stepTime <= $1.stepTime })
    for estimate in outcome.best {
      #expect(estimate.fitsMemory)
      #expect(
        estimate.plan.faults(
          model: SmallModels.experts, sequenceLength: 2048, globalBatch: 64, ranks: 16
        ).isEmpty)
    }
  }

  @Test("no plan of a full enumeration beats the search")
  func exhaustive() throws {
    let fleet = IdealFleet.fleet(size: 8)
    let best = try #require(try search(SmallModels.experts, fleet).best.first)
    for tensor in [1, 2, 4, 8] {
      for pipeline in [1, 2, 4] where 8 % (tensor * pipeline) == 0 {
        for expert in [1, 2, 4, 8] {
          for microBatch in [1, 2, 4, 8] {
            for recompute in [Recompute.none, .full] {
              let plan = ParallelPlan(
                tensor: tensor, pipeline: pipeline, data: 8 / tensor / pipeline, expert: expert,
                microBatch: microBatch, sequenceParallel: tensor > 1, recompute: recompute)
              let faults = plan.faults(
                model: SmallModels.experts, sequenceLength: 2048, globalBatch: 64, ranks: 8)
              guard faults.isEmpty else { continue }
              let estimate = try AnalyticalEstimator().estimate(
                model: SmallModels.experts, recipe: recipe, plan: plan, fleet: fleet)
              #expect(!estimate.fitsMemory || estimate.stepTime >= best.stepTime)
            }
          }
        }
      }
    }
  }

  @Test("costs shared between plans change no estimate")
  func sharedCosts() throws {
    let fleet = IdealFleet.fleet(size: 16)
    for estimate in try search(SmallModels.experts, fleet).best {
      let alone = try AnalyticalEstimator().estimate(
        model: SmallModels.experts, recipe: recipe, plan: estimate.plan, fleet: fleet)
      #expect(alone.breakdown == estimate.breakdown)
      #expect(alone.memory == estimate.memory)
    }
  }

  @Test("where nothing fits the answer is the plan that lacks least")
  func noFit() throws {
    var fleet = IdealFleet.fleet(size: 1)
    fleet.device.memoryCapacity.value = Bytes(1e6)
    let outcome = try search(SmallModels.dense, fleet)
    #expect(outcome.best.isEmpty)
    let nearest = try #require(outcome.nearest)
    #expect(nearest.shortfall > .zero)
    #expect(nearest.plan.recompute == .full)
  }

  @Test("a stack without the interleaved schedule is never given it")
  func schedules() throws {
    var fleet = IdealFleet.fleet(size: 4)
    fleet.stack.schedules = ["1f1b"]
    #expect(try search(SmallModels.dense, fleet).best.allSatisfy { $0.plan.virtualStages == 1 })
  }

  /// What a search says of which no plan is legal.
  private func faults(_ constrain: (inout SearchConstraints) -> Void) async throws -> [PlanFault] {
    var query = PlanQuery()
    constrain(&query.constraints)
    var scenario = SweepTests.scenario(ParallelPlan())
    scenario.plan = .search(query)
    let outcome = try await Comparison.answer(scenario, drawsRuns: false).entries[0].outcome
    guard case .noPlan(let faults) = outcome else { return [] }
    return faults
  }

  // 64 sequences are no multiple of 5; 16 devices are none of 3, so no split of them is tried.
  @Test("where no plan is legal, the rules are told that the nearest one breaks")
  func refusal() async throws {
    let batch = try await faults { $0.microBatch = .of([5]) }
    #expect(batch.count == 1)
    if case .batchOverData(globalBatch: 64, data: _, microBatch: 5) = batch.first {
    } else {
      Issue.record("\(batch)")
    }
    let heads = try await faults { $0.tensor = .of([3]) }
    #expect(heads.contains(.headsOverTensor(heads: 8, tensor: 3)))
    #expect(heads.contains(.ranks(needed: 15, available: 16)))
  }
}
