import Analytical
import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// Pools that hold whole replicas and share every batch.
///
/// ```
/// step = max over pools (passes + own reduction) + sum over pools + max over pools (optimizer + gather)
/// ```
/// With a link each pool sums and scatters its gradients over its own devices first, then the pools sum the
/// shards over the link. Without one all replicas are one ring, as on one fleet, at the pace of the slowest
/// network.
struct ReplicaMix {
  let question: MixQuestion
  let link: PoolLink?

  private var recipe: TrainingRecipe { question.recipe }

  /// - Parameter used: The pools that take part, by number. Of these, some may get no micro-batch.
  func estimate(pools used: [Int]) throws -> MixEstimate {
    let plans = try choosePlans(used)
    let paces = try paces(used, plans)
    let sharers = paces.map { sharer($0, batch: recipe.globalBatch) }
    let balanced = try BatchBalance.time(
      batch: recipe.globalBatch, upTo: most(sharers),
      sequences: sharers.map { $0.sequences(within:) })
    // Fractions help, so that no whole split ends sooner.
    let counts = BatchBalance.counts(
      batch: recipe.globalBatch, over: sharers, start: 0.9 * balanced)
    let working = used.indices.filter { counts[$0] > 0 }
    guard working.count == used.count else {
      return try estimate(pools: working.map { used[$0] })
    }
    return try estimate(used, paces, sharers, counts: counts, balanced: Seconds(balanced))
  }
}

// MARK: - The plan of each pool

extension ReplicaMix {
  /// The plan of each pool that takes the most sequences in the least time in which all pools finish, in whole
  /// micro-batches: some schedules take them in groups only.
  private func choosePlans(_ used: [Int]) throws -> [ParallelPlan] {
    let alone = try used.map(plansAlone)
    guard case .search = question.scenario.plan else { return alone.map { $0[0] } }
    let first = try paces(used, alone.map { $0[0] })
    let sharers = first.map { sharer($0, batch: recipe.globalBatch) }
    let time = try BatchBalance.time(
      batch: recipe.globalBatch, upTo: most(sharers),
      sequences: sharers.map { $0.sequences(within:) })
    let candidates = try used.indices.map { index in
      try alone[index]
        + plans(of: used[index], forBatch: sharers[index].sequences(within: time))
    }
    let others = alone.map { $0[0].data }
    let choices = try used.indices.map { index in
      try candidates[index].compactMap { plan in
        var data = others
        data[index] = plan.data
        let pace = try pace(used, index, plan, replicas: data.reduce(0, +))
        return pace.fits(batch: recipe.globalBatch)
          ? (plan, sharer(pace, batch: recipe.globalBatch)) : nil
      }
    }
    let together = BatchBalance.wholeTime(
      batch: recipe.globalBatch, upTo: most(sharers),
      sequences: choices.map { choices in
        { time in choices.reduce(0) { max($0, $1.1.wholeSequences(within: time)) } }
      })
    return choices.map { choices in
      var best = (plan: choices[0].0, sequences: -1)
      for (plan, sharer) in choices {
        let sequences = sharer.wholeSequences(within: together)
        if sequences > best.sequences { best = (plan, sequences) }
      }
      return best.plan
    }
  }

  /// The best plans of a pool alone, or the given one.
  private func plansAlone(_ pool: Int) throws -> [ParallelPlan] {
    let entry = question.alone[pool]
    guard case .found(let found) = entry.outcome else {
      throw MixFault.noReplica(fleet: entry.fleet.id)
    }
    let plans = found.plans.map(\.plan).filter { link != nil || !$0.shardsEveryLayer }
    guard !plans.isEmpty else { throw MixFault.shardedOverPools }
    return plans
  }

  /// The best plans of a pool for about so many sequences, a number with many divisors.
  private func plans(of pool: Int, forBatch sequences: Double) throws -> [ParallelPlan] {
    guard case .search(let query) = question.scenario.plan, sequences >= 1 else { return [] }
    var unit = 1
    while Double(32 * unit) <= sequences { unit *= 2 }
    let batch = max(unit, Int((sequences / Double(unit)).rounded()) * unit)
    let found = try PlanSearch(
      model: question.model, recipe: recipe.with(batch: batch),
      fleet: question.alone[pool].fleet, constraints: query.constraints
    ).run()
    return found.best.map(\.plan).filter { link != nil || !$0.shardsEveryLayer }
  }
}

// MARK: - The step

extension ReplicaMix {
  private func paces(_ used: [Int], _ plans: [ParallelPlan]) throws -> [PoolPace] {
    let replicas = plans.reduce(0) { $0 + $1.data }
    return try used.indices.map { try pace(used, $0, plans[$0], replicas: replicas) }
  }

  /// The pace of one of the pools in use.
  private func pace(
    _ used: [Int], _ index: Int, _ plan: ParallelPlan, replicas: Int
  ) throws -> PoolPace {
    let fleets = used.map { question.alone[$0].fleet }
    let fleet = fleets[index]
    var network: (replicas: Int, fabric: Fabric)?
    if link == nil, used.count > 1 {
      let others = fleets.indices.filter { $0 != index }.map { fleets[$0].fabric }
      guard let fabric = fleet.fabric.joined(with: others, size: fleet.size) else {
        throw MixFault.noLink
      }
      network = (replicas, fabric)
    }
    return try PoolPace(
      model: question.model, recipe: recipe, fleet: fleet, plan: plan, network: network)
  }

  private func sharer(_ pace: PoolPace, batch: Int) -> BatchSharer {
    BatchSharer(
      portion: pace.portion, counts: pace.counts(batch: batch), time: { pace.time($0).value })
  }

  /// A time in which one pool does it all.
  private func most(_ sharers: [BatchSharer]) -> Double {
    sharers.reduce(Double.infinity) { min($0, $1.time($1.counts[$1.counts.count - 1])) }
  }

  private func estimate(
    _ used: [Int], _ paces: [PoolPace], _ sharers: [BatchSharer], counts: [Int], balanced: Seconds
  ) throws -> MixEstimate {
    let step = step(paces, counts)
    let ready = step.ready
    let slowest = ready.reduce(.zero, max)
    let exchange = step.exchange
    let after = step.after.reduce(.zero, max)
    let time = step.time()
    let apart = try readyApart(used, paces.map(\.plan), counts)
    let held = used.map { question.alone[$0].fleet }
    let sequences = BatchBalance.sequences(
      batch: recipe.globalBatch, counts: counts, over: sharers)
    var shares = question.alone.map {
      PoolShare(fleet: $0.fleet.sized(0), share: 0, work: nil, deviceTime: .zero)
    }
    for (index, pool) in used.enumerated() {
      let own = try paces[index].estimate(counts[index])
      shares[pool] = PoolShare(
        fleet: held[index], share: Double(sequences[index]) / Double(recipe.globalBatch),
        work: PoolShare.Work(
          plan: paces[index].plan,
          amount: .sequences(sequences[index], microBatches: counts[index]), own: ready[index],
          wait: slowest - ready[index], memory: own.peakMemory,
          busyShare: own.busyShare * (own.stepTime / time)),
        deviceTime: .zero)
    }
    return question.estimate(
      MixStep(
        time: time, balancedTime: balanced + exchange + after,
        linkTime: exchange + max(.zero, slowest - apart),
        modelUtilization: try question.utilization(stepTime: time, fleets: held)),
      pools: shares)
  }
}

extension ReplicaMix {
  /// The step of pools whose plans are decided.
  ///
  /// - Parameter counts: The micro-batches of the pools in use; nil deals the batch anew.
  func pace(_ decision: MixEstimate, counts: [Int]?) throws -> MixPace {
    let used = decision.poolsInUse
    let paces = try paces(used, used.compactMap { decision.pools[$0].work?.plan })
    let counts =
      counts
      ?? BatchBalance.counts(
        batch: recipe.globalBatch, over: paces.map { sharer($0, batch: recipe.globalBatch) },
        start: 0)
    return .replicas(step(paces, counts))
  }

  /// The parts of a step; a pool without micro-batches has none.
  private func step(_ paces: [PoolPace], _ counts: [Int]) -> ReplicaStep {
    let steps = zip(paces, counts).map { $1 > 0 ? $0.step($1) : nil }
    let shard = steps.reduce(Bytes.zero) { max($0, $1?.gradientShard ?? .zero) }
    let ready = zip(paces, counts).map { $1 > 0 ? $0.time($1) : .zero }
    return ReplicaStep(
      ready: ready,
      reduction: zip(ready, steps).map { $0 - ($1?.timeOfPasses() ?? .zero) },
      exchange: link.map { $0.sumTime(shard: shard, pools: paces.count) } ?? .zero,
      after: steps.map { $0?.timeAfterReduction ?? .zero },
      gather: steps.map { $0?.exposedGather ?? .zero })
  }

  /// When the slowest pool would have summed its gradients if it summed only its own.
  private func readyApart(
    _ used: [Int], _ plans: [ParallelPlan], _ counts: [Int]
  ) throws -> Seconds {
    try used.indices.reduce(.zero) { slowest, index in
      let pace = try PoolPace(
        model: question.model, recipe: recipe, fleet: question.alone[used[index]].fleet,
        plan: plans[index], network: nil)
      return max(slowest, pace.time(counts[index]))
    }
  }
}

extension ParallelPlan {
  /// Whether gradients or weights travel layer by layer, which between pools is not modelled.
  var shardsEveryLayer: Bool { sharding == .gradients || sharding == .weights }
}
