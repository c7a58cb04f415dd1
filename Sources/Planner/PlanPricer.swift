import Analytical
import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Prices plans of one model and recipe on one kind of fleet, whatever its size.
///
/// Each cost is computed once for the part of a plan that it depends on (`PlanKey`):
///
/// | cost | depends on |
/// |---|---|
/// | operations of a piece | TP, CP, EP, ETP, micro-batch, overlap of its communication |
/// | pieces | the same, recomputation; DP with ZeRO-2 or 3 |
/// | sends | TP, CP, micro-batch, PP, DP, overlap of sends |
/// | passes: stages, their ends, what they keep | pieces, layout, schedule, DP; ZeRO-2 or 3 |
/// | update of the weights | TP, CP, EP, ETP, DP, layout, sharding |
///
/// What is left per plan is a few additions for each kind of stage. The costs are those that an estimator
/// adds up: there is no second set of formulas. One pricer serves one task at a time.
final class PlanPricer {
  let model: ModelArchitecture
  let recipe: TrainingRecipe
  let costs: FleetCosts
  private let priced = CostTable<PricedPieces?>(limit: 1 << 10)
  private let pieces = CostTable<PieceCosts?>(limit: 1 << 14)
  private let layouts = CostTable<StageLayout>(limit: 1 << 12)
  // Of these few are kept, in a core's own cache: plans that share them follow each other closely.
  private let sharded = CostTable<ShardedPieces?>(limit: 1 << 8)
  private let sends = CostTable<SendCost?>(limit: 1 << 8)
  private let passes = CostTable<PassCosts?>(limit: 1 << 6)
  private let updates = CostTable<UpdateCosts?>(limit: 1 << 8)
  private let works = CostTable<ModelWork>(limit: 1 << 6)

  init(model: ModelArchitecture, recipe: TrainingRecipe, costs: FleetCosts) {
    self.model = model
    self.recipe = recipe
    self.costs = costs
  }

  /// The costs of the pieces of a plan; nil where the fabric cannot carry a layer's communication.
  func pieces(_ plan: ParallelPlan) throws -> PieceCosts? { try pieces(plan, PlanKey(plan)) }

  private func pieces(_ plan: ParallelPlan, _ key: PlanKey) throws -> PieceCosts? {
    try pieces.value(key.repeatedPieces(plan)) {
      let priced = try priced.value(key.pieces(plan)) {
        try carried {
          try PricedPieces(model: model, recipe: recipe, plan: plan, costs: costs)
        }
      }
      return priced.map { PieceCosts($0, recompute: plan.recompute) }
    }
  }

  /// The same with what ZeRO-2 and 3 add.
  private func sharded(_ plan: ParallelPlan, _ key: PlanKey) throws -> ShardedPieces? {
    try sharded.value(key.shardedPieces(plan)) {
      guard let pieces = try pieces(plan, key) else { return nil }
      return try carried {
        try ShardedPieces(pieces, model: model, plan: plan, recipe: recipe, costs: costs)
      }
    }
  }

  private func passes(_ plan: ParallelPlan, _ key: PlanKey) throws -> PassCosts? {
    guard let pieces = try sharded(plan, key) else { return nil }
    let layout = layouts.value(key.layout) { StageLayout(model: model, plan: plan) }
    return PassCosts(
      StageCosts(layout: layout, pieces: pieces, plan: plan), plan: plan,
      microBatches: plan.microBatches(globalBatch: recipe.globalBatch))
  }

  /// The costs of a legal plan, and of those that hide more or less of their update; nil where the fabric
  /// cannot carry its communication.
  func step(_ plan: ParallelPlan) throws -> PlanCosts? {
    let key = PlanKey(plan)
    let passes = try passes.value(key.passes(plan)) { try self.passes(plan, key) }
    guard let passes else { return nil }
    let send = try sends.value(key.send(plan)) {
      try carried { try SendCost(passes.stages, plan: plan, costs: costs) }
    }
    let updates = try updates.value(key.update) {
      try carried { try UpdateCosts(passes.stages, plan: plan, recipe: recipe, costs: costs) }
    }
    guard let send, let updates else { return nil }
    return PlanCosts(passes: passes, send: send, updates: updates, costs: costs)
  }

  /// The full estimate of a legal plan; nil where the fabric cannot carry its communication.
  func estimate(_ plan: ParallelPlan) throws -> StepEstimate? {
    guard let step = try step(plan) else { return nil }
    let costs = StepCosts(
      plan: plan, recipe: recipe, costs: costs, stages: step.passes.stages, updates: step.updates,
      send: step.send)
    let estimate = try AnalyticalEstimator().estimate(costs, work: work(plan.recompute))
    try estimate.checkPhysics()
    return estimate
  }

  func work(_ recompute: Recompute) -> ModelWork {
    var plan = ParallelPlan()
    plan.recompute = recompute
    return works.value(PlanKey(plan)) {
      ModelWork(
        model: model, recipe: recipe, recompute: recompute, habits: costs.stack.kernels)
    }
  }
}

/// What a closure makes, or nil where the fabric has no network for it.
private func carried<Value>(_ make: () throws -> Value) throws -> Value? {
  do {
    return try make()
  } catch EstimateFault.noNetwork {
    return nil
  }
}
