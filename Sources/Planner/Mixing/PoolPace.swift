import Analytical
import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// What one pool of replicas takes for its part of a batch, under one plan.
///
/// It keeps the times that it has told; one pace serves one task.
final class PoolPace {
  let plan: ParallelPlan
  private let model: ModelArchitecture
  private let recipe: TrainingRecipe
  private let costs: FleetCosts
  private let stages: StageCosts
  private let updates: UpdateCosts
  private let send: SendCost
  private var known: [Int: Seconds] = [:]

  /// - Parameters:
  ///   - plan: On this pool alone.
  ///   - network: Where gradients are summed over all pools in one ring: the replicas of all of them, and
  ///     the fabric as that ring sees it. Nil where the pool sums its own.
  init(
    model: ModelArchitecture, recipe: TrainingRecipe, fleet: Fleet, plan: ParallelPlan,
    network: (replicas: Int, fabric: Fabric)?
  ) throws {
    self.model = model
    self.recipe = recipe
    self.plan = plan
    costs = FleetCosts(fleet)
    let pieces = try PieceCosts(model: model, recipe: recipe, plan: plan, costs: costs)
    stages = StageCosts(
      layout: StageLayout(model: model, plan: plan),
      pieces: try ShardedPieces(pieces, model: model, plan: plan, recipe: recipe, costs: costs),
      plan: plan)
    send = try SendCost(stages, plan: plan, costs: costs)
    var group = plan
    var groupCosts = costs
    if let network {
      group.data = plan.wholeReplicas(network.replicas)
      var joined = fleet
      joined.fabric = network.fabric
      groupCosts = FleetCosts(joined)
    }
    updates = try UpdateCosts(stages, plan: group, recipe: recipe, costs: groupCosts)
  }

  /// Sequences that one more micro-batch on each replica adds.
  var portion: Int { plan.data * plan.microBatch }

  /// The costs of a step in which each replica runs some micro-batches.
  func step(_ microBatches: Int) -> StepCosts {
    StepCosts(
      plan: plan, recipe: recipe.with(batch: microBatches * portion), costs: costs, stages: stages,
      updates: updates, send: send)
  }

  /// From the start of a step until the pool's gradients are summed.
  func time(_ microBatches: Int) -> Seconds {
    if let time = known[microBatches] { return time }
    let time = step(microBatches).timeUntilSummed()
    known[microBatches] = time
    return time
  }

  /// The estimate of a step that the pool does by itself.
  func estimate(_ microBatches: Int) throws -> StepEstimate {
    let work = ModelWork(
      model: model, recipe: recipe.with(batch: microBatches * portion), recompute: plan.recompute,
      habits: costs.stack.kernels)
    let estimate = try AnalyticalEstimator().estimate(step(microBatches), work: work)
    try estimate.checkPhysics()
    return estimate
  }

  /// The numbers of micro-batches that the plan's schedule can run, up to the first that holds a batch.
  func counts(batch: Int) -> [Int] {
    let enough = (batch + portion - 1) / portion
    // Schedules ask for whole groups of as many micro-batches as stages, or of two.
    let candidates = 1...(enough + 2 * plan.pipeline)
    let legal = candidates.filter {
      plan.faults(
        model: model, sequenceLength: recipe.sequenceLength, globalBatch: $0 * portion,
        ranks: plan.ranks
      ).isEmpty
    }
    let last = legal.firstIndex { $0 >= enough } ?? legal.count - 1
    return Array(legal.prefix(last + 1))
  }
}

extension PoolPace {
  /// Whether the pool has room for as many micro-batches as a whole batch makes: the more, the more it keeps.
  func fits(batch: Int) -> Bool {
    guard let most = counts(batch: batch).last else { return false }
    return step(most).peakMemory() <= costs.fleet.device.memoryCapacity.value
  }
}

extension TrainingRecipe {
  func with(batch: Int) -> TrainingRecipe {
    var recipe = self
    recipe.globalBatch = batch
    return recipe
  }
}

extension ParallelPlan {
  /// The most replicas, no more than these, whose ranks fill whole groups of experts.
  fileprivate func wholeReplicas(_ replicas: Int) -> Int {
    let fold = expert * expertTensor
    var whole = replicas
    while whole > 1, whole * tensor * context % fold != 0 { whole -= 1 }
    return whole
  }
}
