import Hardware
public import Parallelism
public import Units
public import Workload

/// Prices one stage of a pipeline for any layers that it may hold, on one kind of fleet.
///
/// The pipeline is not interleaved. A class, because it keeps what it has priced; it serves one task.
public final class StagePricer {
  /// What a stage works for one micro-batch, and what it holds.
  public struct Price {
    public let time: Seconds
    fileprivate let cost: ChunkCost
    fileprivate let states: StageMemory
  }

  private let plan: ParallelPlan
  private let costs: FleetCosts
  private let pieces: ShardedPieces
  private let states: StateMemory
  private let microBatches: Int
  private var known: [StageLayout.Share: Price] = [:]

  public init(
    model: ModelArchitecture, plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts,
    pieces: PieceCosts
  ) throws {
    self.plan = plan
    self.costs = costs
    self.pieces = try ShardedPieces(
      pieces, model: model, plan: plan, recipe: recipe, costs: costs)
    states = StateMemory(plan: plan, recipe: recipe, habits: costs.stack.memory)
    microBatches = plan.microBatches(globalBatch: recipe.globalBatch)
  }

  public func price(_ share: StageLayout.Share) -> Price {
    if let price = known[share] { return price }
    let cost = pieces.chunk(share)
    var held = StageMemory()
    states.add(shared: cost.sharedWeights, expert: cost.expertWeights, to: &held)
    let price = Price(time: cost.forwardTime + cost.backwardTime, cost: cost, states: held)
    known[share] = price
    return price
  }

  /// What a stage holds at its fullest moment.
  public func memory(_ price: Price, stage: Int) -> Bytes {
    costs.memory(
      states: price.states,
      activations: plan.mostKept(
        stage: stage, own: [0], microBatches: microBatches, kept: { _ in price.cost.kept }),
      transient: price.cost.transient
    ).total
  }
}
