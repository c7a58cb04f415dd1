import Analytical
import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Prices plans of one model and recipe on one kind of fleet, whatever its size.
///
/// Each cost is computed once for the part of a plan that it depends on:
///
/// | cost | depends on |
/// |---|---|
/// | operations of a layer | TP, CP, EP, ETP, micro-batch, overlap of its communication |
/// | layer | the same, recomputation |
/// | chunks and stages | layer, PP, VPP, layers at the ends; DP with ZeRO-2 or 3 |
/// | ends of the passes | stages, schedule, DP, overlap of sends |
/// | update of the weights | TP, CP, EP, ETP, DP, layout, sharding |
///
/// What is left per plan is a few operations a stage. The costs are those that an estimator adds up: there
/// is no second set of formulas. One pricer serves one task at a time.
final class PlanPricer {
  let model: ModelArchitecture
  let recipe: TrainingRecipe
  let costs: FleetCosts
  private let priced = CostTable<PieceKey, PricedPieces?>(limit: 2048)
  private let pieces = CostTable<RecomputedPieceKey, PieceCosts?>(limit: 16384)
  private let layouts = CostTable<LayoutKey, StageLayout>(limit: 4096)
  private let stages = CostTable<StageKey, StageCosts?>(limit: 1024)
  private let updates = CostTable<UpdateKey, UpdateCosts?>(limit: 4096)
  private let passes = CostTable<PassKey, PassEnds?>(limit: 1024)
  private let works = CostTable<Recompute, ModelWork>(limit: 64)

  /// The sends of a pipeline, and when its stages end.
  fileprivate final class PassEnds {
    let send: SendCost
    /// By stage; of a step beyond the limit that was asked for they may be too early.
    private var ends: [Seconds] = []
    private var limit = -Seconds(.infinity)

    init(send: SendCost) { self.send = send }

    /// The ends, exact where they lie within the limit.
    func ends(_ step: StepCosts, within wanted: Seconds) -> [Seconds] {
      guard limit < wanted else { return ends }
      ends = step.stageEnds(within: wanted)
      // Ends within the limit are exact, so they answer for every other.
      limit = ends.allSatisfy { $0 < wanted } ? Seconds(.infinity) : wanted
      return ends
    }
  }

  init(model: ModelArchitecture, recipe: TrainingRecipe, costs: FleetCosts) {
    self.model = model
    self.recipe = recipe
    self.costs = costs
  }

  /// A plan with its costs.
  struct Step {
    let costs: StepCosts
    fileprivate let passes: PassEnds

    /// The time of the step.
    ///
    /// - Parameter limit: A longer step is of no interest: its time may be too short, though never
    ///   shorter than the limit.
    func time(within limit: Seconds = Seconds(.infinity)) -> Seconds {
      costs.stepTime(ends: passes.ends(costs, within: costs.pipelineLimit(limit)))
    }
  }

  /// The costs of the pieces of a plan; nil where the fabric cannot carry a layer's communication.
  func pieces(_ plan: ParallelPlan) throws -> PieceCosts? {
    try pieces(plan, RecomputedPieceKey(piece: PieceKey(plan), recompute: plan.recompute))
  }

  private func pieces(
    _ plan: ParallelPlan, _ key: RecomputedPieceKey
  ) throws -> PieceCosts? {
    try pieces.value(key) {
      let priced = try priced.value(key.piece) {
        try carried {
          try PricedPieces(model: model, recipe: recipe, plan: plan, costs: costs)
        }
      }
      return priced.map { PieceCosts($0, recompute: plan.recompute) }
    }
  }

  /// The costs of a legal plan; nil where the fabric cannot carry its communication.
  func step(_ plan: ParallelPlan) throws -> Step? {
    let pieceKey = RecomputedPieceKey(piece: PieceKey(plan), recompute: plan.recompute)
    let layoutKey = LayoutKey(plan)
    let stageKey = StageKey(plan, pieces: pieceKey, layout: layoutKey)
    let stages = try stages.value(stageKey) {
      guard let pieces = try pieces(plan, pieceKey) else { return nil }
      let layout = layouts.value(layoutKey) { StageLayout(model: model, plan: plan) }
      return try carried {
        try StageCosts(
          layout: layout, pieces: pieces, model: model, plan: plan, recipe: recipe, costs: costs)
      }
    }
    guard let stages else { return nil }
    let updates = try updates.value(UpdateKey(plan, layout: layoutKey)) {
      try carried { try UpdateCosts(stages, plan: plan, recipe: recipe, costs: costs) }
    }
    let passes = try passes.value(PassKey(plan, stages: stageKey)) {
      try carried { PassEnds(send: try SendCost(stages, plan: plan, costs: costs)) }
    }
    guard let updates, let passes else { return nil }
    return Step(
      costs: StepCosts(
        plan: plan, recipe: recipe, costs: costs, stages: stages, updates: updates,
        send: passes.send),
      passes: passes)
  }

  /// The full estimate of a legal plan; nil where the fabric cannot carry its communication.
  func estimate(_ plan: ParallelPlan) throws -> StepEstimate? {
    guard let step = try step(plan) else { return nil }
    let estimate = try AnalyticalEstimator().estimate(step.costs, work: work(plan.recompute))
    try estimate.checkPhysics()
    return estimate
  }

  func work(_ recompute: Recompute) -> ModelWork {
    works.value(recompute) {
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
