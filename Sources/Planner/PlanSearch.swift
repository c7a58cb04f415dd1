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
    var cache = CostCache(space.fleet)
    return try run(sharing: &cache)
  }

  /// The same with costs shared between searches that differ in the number of devices only.
  ///
  /// - Parameter bound: Plans with a longer step are of no interest.
  func run(
    sharing cache: inout CostCache, within bound: Seconds = Seconds(.infinity)
  ) throws -> Outcome {
    guard space.fleet.device.peak(space.recipe.precision.matrixPrecision) != nil else {
      throw EstimateFault.noPeak(
        device: space.fleet.device.name, precision: space.recipe.precision.rawValue)
    }
    var state = State(keep: keep, bound: Seconds(bound.value.nextUp))
    try space.forEachPlan { plan in
      for recompute in space.recomputeLevels {
        var leaner = plan
        leaner.recompute = recompute
        // Levels that follow repeat more work, so they cannot beat the limit either.
        let pieces = try cache.pieces(leaner, space)
        guard let pieces, leastTime(leaner, pieces) < state.limit else { return }
        let estimate = try estimate(leaner, pieces, &cache, within: state.limit)
        guard let estimate else { return }
        state.add(estimate)
        if estimate.fitsMemory || estimate.stepTime >= state.limit { return }
      }
    }
    return state.outcome
  }

  /// The best plans so far.
  private struct State {
    let keep: Int
    let bound: Seconds
    var outcome = Outcome(best: [], evaluated: 0, nearest: nil)

    init(keep: Int, bound: Seconds) {
      self.keep = keep
      self.bound = bound
    }

    /// A step that takes as long is not among the best any more.
    var limit: Seconds {
      guard outcome.best.count == keep, let last = outcome.best.last else {
        return bound
      }
      return min(bound, last.stepTime)
    }

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
      guard estimate.stepTime < limit else { return }
      // Equal times keep the order of the search, so that the answer never depends on a sort.
      let place =
        outcome.best.firstIndex { estimate.stepTime < $0.stepTime } ?? outcome.best.endIndex
      outcome.best.insert(estimate, at: place)
      if outcome.best.count > keep { outcome.best.removeLast() }
    }
  }
}

extension PlanSearch {
  /// A time that no estimate of the plan falls below: the work of all layers of every micro-batch,
  /// spread over the stages without a gap. The slowest stage does at least the mean.
  private func leastTime(_ plan: ParallelPlan, _ pieces: PieceCosts) -> Seconds {
    let microBatches = Double(plan.microBatches(globalBatch: space.recipe.globalBatch))
    let model = space.model
    return pieces.layers(dense: model.layers - model.expertLayers, experts: model.expertLayers)
      * (microBatches / Double(plan.pipeline))
  }

  /// The estimate, or nil where the fabric cannot carry the plan.
  private func estimate(
    _ plan: ParallelPlan, _ pieces: PieceCosts, _ cache: inout CostCache, within limit: Seconds
  ) throws -> StepEstimate? {
    do {
      let estimate = try AnalyticalEstimator().estimate(
        model: space.model, recipe: space.recipe, plan: plan, costs: cache.costs,
        pieces: pieces, work: cache.work(plan.recompute, space), within: limit)
      try estimate.checkPhysics()
      return estimate
    } catch EstimateFault.noNetwork {
      return nil
    }
  }
}

/// Costs of one model on one kind of fleet, each computed once for all plans that share it.
struct CostCache {
  let costs: FleetCosts
  /// Nil where the fabric cannot carry the communication of a layer.
  private var pieces: [PieceKey: PieceCosts?] = [:]
  private var work: [Recompute: ModelWork] = [:]

  init(_ fleet: Fleet) { costs = FleetCosts(fleet) }

  fileprivate mutating func pieces(
    _ plan: ParallelPlan, _ space: SearchSpace
  ) throws -> PieceCosts? {
    let key = PieceKey(plan)
    if let known = pieces[key] { return known }
    do {
      let new = try PieceCosts(
        model: space.model, recipe: space.recipe, plan: plan, costs: costs)
      pieces[key] = .some(new)
      return new
    } catch EstimateFault.noNetwork {
      pieces[key] = .some(nil)
      return nil
    }
  }

  fileprivate mutating func work(_ recompute: Recompute, _ space: SearchSpace) -> ModelWork {
    if let known = work[recompute] { return known }
    let new = ModelWork(
      model: space.model, recipe: space.recipe, recompute: recompute,
      habits: costs.stack.kernels)
    work[recompute] = new
    return new
  }
}
