public import CostModel
public import Hardware
public import Parallelism
public import TrainingRun
public import Units
public import Workload

/// What pools that train one model together take, and what each takes alone.
public struct MixAnswer: Sendable {
  public enum Outcome: Sendable {
    case found(MixEstimate)
    /// Why the pools cannot do it together.
    case impossible(MixFault)
  }

  public var mix: FleetMix
  public var model: ModelArchitecture
  public var outcome: Outcome
  /// The answer of each pool by itself, with all its devices.
  public var alone: [Comparison.Entry]
  /// From the step to the whole run, where the scenario asks for it.
  public var run: RunAnswer?

  /// The pool that is cheapest alone, among those with a price.
  public var cheapestAlone: Alone? {
    foundAlone.filter { $0.run.cost != nil }.min { ($0.run.cost ?? .zero) < ($1.run.cost ?? .zero) }
  }

  /// The pool that is quickest alone.
  public var quickestAlone: Alone? { foundAlone.min { $0.run.duration < $1.run.duration } }

  /// A pool that does without the others, on the scenario's unit of tokens.
  public struct Alone: Sendable {
    public var fleet: String
    public var run: RunEstimate
  }

  private var foundAlone: [Alone] {
    alone.compactMap { entry in
      guard case .found(let found) = entry.outcome else { return nil }
      return Alone(fleet: entry.fleet.id, run: found.run)
    }
  }
}

/// What a mix takes if nothing interrupts it: like `RunEstimate` it counts steps at their estimated pace.
public struct MixEstimate: Sendable {
  /// Of one step of all pools together; absent where they take turns.
  public var step: MixStep?
  /// Of the scenario's unit of tokens.
  public var duration: Seconds
  /// Of all tokens.
  public var totalDuration: Seconds
  /// In the order of the mix.
  public var pools: [PoolShare]
  /// By how much the unit of tokens would be done sooner if pools were joined without a loss of time.
  public var linkTime: Seconds

  /// Absent where a pool in use has no price.
  public var cost: Money? { sum(\.cost) }
  /// The same for all tokens.
  public var totalCost: Money? { cost.map { $0 * (totalDuration / duration) } }

  private func sum(_ part: (PoolShare) -> Money?) -> Money? {
    pools.reduce(Money.zero as Money?) { sum, pool in
      guard let sum else { return nil }
      return pool.deviceTime > .zero ? part(pool).map { sum + $0 } : sum
    }
  }
}

/// One step of pools that work side by side.
public struct MixStep: Sendable {
  public var time: Seconds
  /// The same if micro-batches or layers could be split into fractions.
  public var balancedTime: Seconds
  /// The part of the step that would be saved if pools were joined without a loss of time.
  public var linkTime: Seconds
  /// Model FLOPs utilization over the peaks of all devices that are held.
  public var modelUtilization: Double
}

/// What one pool does in a mix.
public struct PoolShare: Sendable {
  public var fleet: Fleet
  /// Its part of the tokens or, of stages, of the layers.
  public var share: Double
  /// Absent where it does nothing.
  public var work: Work?
  /// Device-seconds for the scenario's unit of tokens, idle ones with them.
  public var deviceTime: Seconds

  public struct Work: Sendable {
    /// Of the pool; of stages, of the whole pipeline.
    public var plan: ParallelPlan
    public var amount: Amount
    /// Of a step, or of the unit of tokens where pools take turns: what the pool works itself.
    public var own: Seconds
    /// How long it waits for the slowest pool.
    public var wait: Seconds
    public var memory: StageMemory
    /// The part of a step in which its devices compute.
    public var busyShare: Double
  }

  /// What it works on.
  public enum Amount: Sendable {
    /// Of a batch; the most micro-batches that one of its replicas runs.
    case sequences(Int, microBatches: Int)
    /// The layers of each of its stages.
    case layers([Int])
    /// Of the whole run, after a checkpoint has come over in this time.
    case tokens(Tokens, transfer: Seconds)
  }

  /// Absent where nobody quotes a price.
  public var cost: Money? { fleet.price.map { $0.rate.value * deviceTime } }
}

/// Why pools cannot train a model together.
public enum MixFault: Error, Sendable {
  /// A pool holds no replica of the model, in any legal layout.
  case noReplica(fleet: String)
  /// Shards of gradients or weights over several pools.
  case shardedOverPools
  /// No layout puts whole stages on each pool and fits in memory.
  case noStages
  /// A pool that cannot be had.
  case barred(fleet: String, MarketBarrier)
  /// A pool that cannot do what is asked, whatever the plan.
  case cannotRun(EstimateFault)
  /// Pools without a network between their domains.
  case noLink
  /// The pools may train on fewer tokens than there are.
  case tooFewTokens(allowed: Tokens, of: Tokens)
  /// Even the quickest split ends after the deadline.
  case tooSlow(quickest: Seconds, deadline: Seconds)
}
