public import Hardware
import Parallelism
public import Workload

/// The plans that a search considers for one model on one fleet.
///
/// | axis | values |
/// |---|---|
/// | tensor | powers of two up to 8 inside a scale-up domain |
/// | context | powers of two up to 16, where a sequence is longer than 8,192 tokens |
/// | pipeline | divisors of the ranks left, at most 64 and at most the layers |
/// | virtual stages | 1 to 8 |
/// | schedule | 1F1B, and without virtual stages ZB-H1 and DualPipe where the stack has them |
/// | expert | divisors of the expert count, at most 64 |
/// | expert tensor | 1, or the tensor ranks |
/// | micro-batch | 1, 2, 4, 8 |
/// | sharding | ZeRO-1, and ZeRO-3 where there is one stage |
/// | recompute | none, activations, experts and activations, full |
///
/// Data-parallel ranks are what is left.
public struct SearchSpace: Sendable {
  let model: ModelArchitecture
  let recipe: TrainingRecipe
  let fleet: Fleet

  public init(model: ModelArchitecture, recipe: TrainingRecipe, fleet: Fleet) {
    self.model = model
    self.recipe = recipe
    self.fleet = fleet
  }

  /// Levels of recomputation from the quickest to the leanest: each repeats at least the work of
  /// the one before it, so the first that fits is the best of them.
  ///
  /// Repeating a fused attention core would save next to nothing, so it is left alone.
  var recomputeLevels: [Recompute] {
    let fused = fleet.stack.kernels.fusedAttention
    let cheap: Set<RecomputePart> = fused ? [.activations] : [.activations, .attention]
    let levels: [Recompute] = [.selective(cheap), .selective(cheap.union([.experts])), .full]
    return [.none] + (fused ? [] : [.selective([.attention])]) + levels
  }

  /// Calls `body` with each legal plan without recomputation.
  func forEachPlan(_ body: (ParallelPlan) throws -> Void) rethrows {
    for tensor in tensorRanks {
      for context in contextRanks {
        guard fleet.size % (tensor * context) == 0 else { continue }
        let rest = fleet.size / (tensor * context)
        for pipeline in divisors(of: rest, upTo: min(64, model.layers)) {
          var plan = ParallelPlan(
            tensor: tensor, context: context, pipeline: pipeline, data: rest / pipeline,
            sequenceParallel: tensor > 1)
          try forEachFold(&plan, body)
        }
      }
    }
  }

  private func forEachFold(
    _ plan: inout ParallelPlan, _ body: (ParallelPlan) throws -> Void
  ) rethrows {
    for microBatch in [1, 2, 4, 8] {
      plan.microBatch = microBatch
      for expert in expertRanks {
        plan.expert = expert
        for expertTensor in Set([1, plan.tensor]).sorted() where isUseful(expertTensor) {
          plan.expertTensor = expertTensor
          for virtualStages in virtualStages(plan) {
            plan.virtualStages = virtualStages
            for schedule in schedules(plan) {
              plan.schedule = schedule
              for sharding in shardings(plan) {
                plan.sharding = sharding
                if isLegal(plan) { try body(plan) }
              }
            }
          }
        }
      }
    }
  }

  private func isUseful(_ expertTensor: Int) -> Bool { expertTensor == 1 || model.experts != nil }

  private func isLegal(_ plan: ParallelPlan) -> Bool {
    plan.faults(
      model: model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
      ranks: fleet.size
    ).isEmpty
  }

  private var tensorRanks: [Int] {
    [1, 2, 4, 8].filter { $0 <= fleet.fabric.scaleUp.domainSize }
  }

  private var contextRanks: [Int] {
    recipe.sequenceLength <= 8192 ? [1] : [1, 2, 4, 8, 16]
  }

  private var expertRanks: [Int] {
    guard let experts = model.experts else { return [1] }
    return divisors(of: experts.count, upTo: 64)
  }

  private func virtualStages(_ plan: ParallelPlan) -> [Int] {
    guard plan.pipeline > 1, fleet.stack.schedules.contains(ParallelPlan.interleavedName) else {
      return [1]
    }
    return (1...8).filter { $0 * plan.pipeline <= model.layers }
  }

  /// GPipe is never quicker than 1F1B, and keeps more.
  private func schedules(_ plan: ParallelPlan) -> [ScheduleKind] {
    guard plan.pipeline > 1, plan.virtualStages == 1 else { return [.oneForwardOneBackward] }
    let others: [ScheduleKind] = [.zeroBubble, .dualPipe]
    return [.oneForwardOneBackward]
      + others.filter { fleet.stack.schedules.contains($0.rawValue) }
  }

  private func shardings(_ plan: ParallelPlan) -> [OptimizerSharding] {
    plan.pipeline == 1 ? [.optimizer, .weights] : [.optimizer]
  }
}

/// The divisors of a number that do not exceed a limit, in rising order.
func divisors(of whole: Int, upTo limit: Int) -> [Int] {
  (1...max(1, min(whole, limit))).filter { whole % $0 == 0 }
}
