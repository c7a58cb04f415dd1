import Analytical
import CostModel
import Parallelism
import TrainingRun
import Units
import Workload

/// The step of a mix whose shares are decided, in parts of which each pool's may take longer than estimated.
enum MixPace {
  case replicas(ReplicaStep)
  case stages(MixedPipeline)
  /// Of each pool in use, one after the other.
  case phases([StepEstimate])

  /// The time of a step of pools that train side by side, and the longest of those that take turns.
  ///
  /// - Parameters:
  ///   - factors: By pool in use, how many times longer its part takes than estimated.
  ///   - exchanges: The part of the steps that exchange something between replicas.
  func stepTime(factors: [Double], exchanges: Double) -> Seconds {
    switch self {
    case .replicas(let step): step.time(factors: factors, exchanges: exchanges)
    case .stages(let pipeline): pipeline.stepTime(factors: factors, exchanges: exchanges)
    case .phases(let steps):
      zip(steps, factors).reduce(.zero) { max($0, $1.0.stepTime * $1.1) }
    }
  }
}

/// A step of pools of replicas.
struct ReplicaStep {
  /// By pool, from the start of the step until its gradients are summed.
  var ready: [Seconds]
  /// By pool, the part of that in which it sums them, after its last pass.
  var reduction: [Seconds]
  /// What the link takes to sum those of all pools.
  var exchange: Seconds
  /// By pool, what follows.
  var after: [Seconds]
  /// By pool, the part of that in which it gathers weights.
  var gather: [Seconds]

  /// - Parameters:
  ///   - factors: By pool, how many times longer its part takes; absent where all are right. What the link
  ///     takes is no pool's.
  ///   - exchanges: The part of the steps that exchange something between replicas.
  func time(factors: [Double]? = nil, exchanges: Double = 1) -> Seconds {
    let slowest = { (parts: [Seconds], exchanged: [Seconds]) in
      parts.indices.reduce(Seconds.zero) {
        max($0, (parts[$1] - (1 - exchanges) * exchanged[$1]) * (factors?[$1] ?? 1))
      }
    }
    return slowest(ready, reduction) + exchanges * exchange + slowest(after, gather)
  }
}

extension MixEstimate {
  /// The pools that do something, by number.
  var poolsInUse: [Int] { pools.indices.filter { pools[$0].work != nil } }
}

extension MixQuestion {
  /// The pace of a mix whose shares are decided, on the question's fleets.
  func pace(_ decision: MixEstimate) throws -> MixPace {
    switch mix.sharing {
    case .replicas(let link):
      let counts = decision.pools.compactMap { pool -> Int? in
        guard case .sequences(_, let count)? = pool.work?.amount else { return nil }
        return count
      }
      return try ReplicaMix(question: self, link: link).pace(decision, counts: counts)
    case .stages(let link): return try StageMix(question: self, link: link).pace(decision)
    case .phases:
      return .phases(
        try decision.poolsInUse.compactMap { index in
          try decision.pools[index].work.map {
            try AnalyticalEstimator().estimate(
              model: model, recipe: recipe, plan: $0.plan, fleet: alone[index].fleet)
          }
        })
    }
  }

  /// The pace of a smaller batch, which pools share anew.
  private func pace(_ decision: MixEstimate, _ smaller: TrainingRecipe) throws -> MixPace {
    var question = self
    question.scenario.recipe = smaller
    guard case .replicas(let link) = mix.sharing else { return try question.pace(decision) }
    return try ReplicaMix(question: question, link: link).pace(decision, counts: nil)
  }

  /// What a ramp of the batch adds to the run, at the estimated pace: of all pools together, or of each that
  /// takes its turn if it trained all tokens.
  func ramps(_ decision: MixEstimate, pace: MixPace) throws -> [RampCurve] {
    let used = decision.poolsInUse
    if case .phases(let steps) = pace {
      return try used.indices.map {
        try runQuestion(used[$0], step: steps[$0])?.ramp() ?? .none
      }
    }
    guard let conditions = setting(used[0])?.conditions, let ramp = conditions.batchRamp else {
      return [.none]
    }
    let exchanges = conditions.synchronization.exchangeShare
    let whole = decision.pools.map { _ in 1.0 }
    let portions = decision.pools.compactMap { $0.work.map { $0.plan.data * $0.plan.microBatch } }
    let curve = try ramp.curve(
      recipe, quantum: portions.max() ?? 1,
      stepTime: pace.stepTime(factors: whole, exchanges: exchanges)
    ) {
      try self.pace(decision, $0).stepTime(factors: whole, exchanges: exchanges)
    }
    return [curve]
  }
}
