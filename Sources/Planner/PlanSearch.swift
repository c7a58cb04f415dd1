import Analytical
public import CostModel
public import Hardware
import Parallelism
import Units
public import Workload

/// Finds the plans that train a model on a fleet at the least cost per token.
///
/// The fleet is given, so the least cost is the least step time. Plans that do not fit in memory
/// are left out; the one that comes nearest is kept, for the answer where none fits.
public struct PlanSearch: Sendable {
  /// What a search found.
  public struct Outcome: Sendable {
    /// The quickest plans that fit, best first.
    public var best: [StepEstimate]
    /// Estimates made.
    public var evaluated: Int
    /// The estimate with the smallest shortfall of memory, where no plan fits.
    public var nearest: StepEstimate?
  }

  let space: SearchSpace
  let keep: Int

  /// - Parameter keep: The number of plans to return.
  public init(model: ModelArchitecture, recipe: TrainingRecipe, fleet: Fleet, keep: Int = 10) {
    space = SearchSpace(model: model, recipe: recipe, fleet: fleet)
    self.keep = keep
  }

  public func run() throws -> Outcome {
    var state = State(keep: keep)
    var evaluator = try Evaluator(space: space)
    try space.forEachPlan { plan in
      for recompute in space.recomputeLevels {
        var leaner = plan
        leaner.recompute = recompute
        guard let estimate = try evaluator.estimate(leaner) else { return }
        state.add(estimate)
        if estimate.fitsMemory { return }
      }
    }
    return state.outcome
  }

  /// The best plans so far.
  private struct State {
    let keep: Int
    var outcome = Outcome(best: [], evaluated: 0, nearest: nil)

    init(keep: Int) { self.keep = keep }

    mutating func add(_ estimate: StepEstimate) {
      outcome.evaluated += 1
      guard estimate.fitsMemory else {
        if outcome.best.isEmpty,
          estimate.shortfall < (outcome.nearest?.shortfall ?? Bytes(.infinity))
        {
          outcome.nearest = estimate
        }
        return
      }
      outcome.nearest = nil
      if outcome.best.count == keep, let last = outcome.best.last,
        estimate.stepTime >= last.stepTime
      {
        return
      }
      // Equal times keep the order of the search, so that the answer never depends on a sort.
      let place =
        outcome.best.firstIndex { estimate.stepTime < $0.stepTime } ?? outcome.best.endIndex
      outcome.best.insert(estimate, at: place)
      if outcome.best.count > keep { outcome.best.removeLast() }
    }
  }
}

/// Estimates plans of one search, computing the cost of a layer once for all plans that share it.
private struct Evaluator {
  let space: SearchSpace
  let estimator = AnalyticalEstimator()
  let costs: FleetCosts
  var pieces: [PieceKey: PieceCosts] = [:]
  var work: [Recompute: ModelWork] = [:]

  init(space: SearchSpace) throws {
    self.space = space
    costs = FleetCosts(space.fleet)
    let precision = space.recipe.precision
    guard space.fleet.device.peak(precision.matrixPrecision) != nil else {
      throw EstimateFault.noPeak(
        device: space.fleet.device.name, precision: precision.rawValue)
    }
  }

  /// The estimate, or nil where the fabric cannot carry the plan.
  mutating func estimate(_ plan: ParallelPlan) throws -> StepEstimate? {
    do {
      let estimate = try estimator.estimate(
        model: space.model, recipe: space.recipe, plan: plan, costs: costs,
        pieces: pieces(plan), work: work(plan.recompute))
      try estimate.checkPhysics()
      return estimate
    } catch EstimateFault.noNetwork {
      return nil
    }
  }

  private mutating func pieces(_ plan: ParallelPlan) throws -> PieceCosts {
    let key = PieceKey(plan)
    if let known = pieces[key] { return known }
    let new = try PieceCosts(
      model: space.model, recipe: space.recipe, plan: plan, costs: costs)
    pieces[key] = new
    return new
  }

  private mutating func work(_ recompute: Recompute) -> ModelWork {
    if let known = work[recompute] { return known }
    let new = ModelWork(
      model: space.model, recipe: space.recipe, recompute: recompute,
      habits: space.fleet.stack.kernels)
    work[recompute] = new
    return new
  }
}
