public import CostModel
public import Hardware
public import Parallelism
public import Units
public import Workload

/// Finds the plans that train a model on a fleet at the least cost per token.
///
/// The fleet is given, so the least cost is the least step time. Plans that do not fit in memory
/// are left out; where none fits the leanest one is told.
public struct PlanSearch: Sendable {
  /// What a search found.
  public struct Outcome: Sendable {
    /// The quickest plans that fit, best first.
    public var best: [StepEstimate]
    /// Plans whose memory was counted.
    public var evaluated: Int
    /// The estimate with the smallest shortfall of memory, where no plan fits.
    public var nearest: StepEstimate?
  }

  let space: SearchSpace
  let keep: Int

  /// - Parameter keep: The number of plans to return.
  public init(
    model: ModelArchitecture, recipe: TrainingRecipe, fleet: Fleet,
    constraints: SearchConstraints = SearchConstraints(), keep: Int = 10
  ) {
    space = SearchSpace(model: model, recipe: recipe, fleet: fleet, constraints: constraints)
    self.keep = keep
  }

  /// - Parameter prunes: Whether bounds may leave plans out that cannot be among the best. The answer is
  ///   the same; without it every plan is priced, and timed where it fits.
  public func run(prunes: Bool = true) throws -> Outcome {
    let pricer = PlanPricer(
      model: space.model, recipe: space.recipe, costs: FleetCosts(space.fleet))
    return try run(with: pricer, prunes: prunes)
  }

  /// The same with costs shared between searches that differ in the number of devices only.
  ///
  /// - Parameters:
  ///   - bound: Plans with a longer step are of no interest.
  ///   - byClass: Whether the quickest plans of each class are kept, not of all together.
  func run(
    with pricer: PlanPricer, within bound: Seconds = Seconds(.infinity), byClass: Bool = false,
    prunes: Bool = true
  ) throws -> Outcome {
    try checkPeak()
    var best = BestOfClasses(keep: keep, bound: bound, byClass: byClass)
    var search = LevelSearch(
      pricer, levels: RecomputeLevels(space.recomputeLevels), prunes: prunes)
    try space.forEachPlan {
      try !prunes || mayFit($0, pricer, search.capacity)
    } _: { plan, overlaps in
      for overlap in overlaps {
        plan.overlap = overlap
        let limit = prunes ? best.limit(plan) : Seconds(.infinity)
        guard let time = try search.settle(&plan, within: limit) else { continue }
        best.add(plan, time: time)
      }
    }
    var outcome = Outcome(best: [], evaluated: search.evaluated)
    outcome.best = try best.plans.compactMap(pricer.estimate)
    // Two steps of one length, as far as arithmetic can tell, may have come in the wrong order.
    outcome.best.sort { $0.stepTime < $1.stepTime }
    if best.plans.isEmpty && !bound.isFinite { outcome.nearest = try leanest(pricer) }
    return outcome
  }

  /// - Throws: `EstimateFault` where the device does not compute in the recipe's number format.
  private func checkPeak() throws {
    guard space.fleet.device.peak(space.recipe.precision.matrixPrecision) != nil else {
      throw EstimateFault.noPeak(
        device: space.fleet.device.name, precision: space.recipe.precision.rawValue)
    }
  }

  /// Prices every legal plan of the space, without bounds.
  ///
  /// - Parameter body: Takes a plan, the time of its step, and what its fullest rank holds.
  public func forEachPlan(_ body: (ParallelPlan, Seconds, Bytes) throws -> Void) throws {
    try checkPeak()
    let pricer = PlanPricer(
      model: space.model, recipe: space.recipe, costs: FleetCosts(space.fleet))
    try forEachPriced(pricer) { try body($0, $1.time(of: $0), $2) }
  }

  /// Calls `body` with each legal plan, its costs and its memory. Plans that differ in what they hide of the
  /// update only follow each other and share the costs.
  private func forEachPriced(
    _ pricer: PlanPricer, _ body: (ParallelPlan, PlanCosts, Bytes) throws -> Void
  ) throws {
    let levels = space.recomputeLevels
    try space.forEachPlan { _ in
      true
    } _: { plan, overlaps in
      for recompute in levels {
        plan.recompute = recompute
        var left = overlaps[...]
        while let first = left.first {
          let alike = left.prefix { $0.symmetricDifference(first).isSubset(of: .ofUpdate) }
          left = left.dropFirst(alike.count)
          plan.overlap = first
          guard let costs = try pricer.step(plan) else { continue }
          let memory = costs.peakMemory()
          for overlap in alike {
            plan.overlap = overlap
            try body(plan, costs, memory)
          }
        }
      }
    }
  }

  /// Whether a rank can hold its weights and their states, whatever its activations.
  private func mayFit(
    _ plan: ParallelPlan, _ pricer: PlanPricer, _ capacity: Bytes
  ) throws -> Bool {
    guard let step = try pricer.step(plan) else { return false }
    return step.mostStates <= capacity
  }

  /// The plan that needs the least memory.
  private func leanest(_ pricer: PlanPricer) throws -> StepEstimate? {
    var leanest: (plan: ParallelPlan, memory: Bytes)?
    try forEachPriced(pricer) { plan, _, memory in
      if memory < leanest?.memory ?? Bytes(.infinity) { leanest = (plan, memory) }
    }
    return try leanest.flatMap { try pricer.estimate($0.plan) }
  }
}
