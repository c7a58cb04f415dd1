import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// Pools that train one after the other, each on its part of all tokens with all its devices.
///
/// ```
/// duration = Σ tokens / throughput + Σ over pools but the first (checkpoint / bandwidth + pause)
/// cost     = Σ price · devices · (training + transfer to the pool)
/// ```
/// A pool is paid from the moment that the one before it has saved its checkpoint until its own is saved;
/// one without tokens is not there. Where the scenario says how runs go, the split is chosen by the time that
/// a run is expected to take with what disturbs it, and a deadline is held against that.
struct PhaseMix {
  let question: MixQuestion
  let phases: FleetMix.Phases

  private var all: Tokens { question.scenario.totalTokens }

  /// The time of one transfer, the same to every pool.
  private var transfer: Seconds {
    question.recipe.checkpoint(of: question.model) / phases.transfer.bandwidth
      + phases.transfer.pause
  }

  func estimate() throws -> MixEstimate {
    let splits = try subsets.compactMap(split)
    let best = splits.indices.min { (splits[$0].cost, $0) < (splits[$1].cost, $1) }
    guard let best else { throw try reason() }
    return try estimate(splits[best].tokens)
  }

  /// The pools that train on any tokens, every choice of them, by number.
  private var subsets: [[Int]] {
    let pools = phases.limits.indices
    return (1..<(1 << pools.count)).map { bits in pools.filter { bits >> $0 & 1 == 1 } }.filter {
      subset in
      pools.allSatisfy { pool in
        if case .exactly = phases.limits[pool] { subset.contains(pool) } else { true }
      }
    }
  }

  private struct Split {
    let tokens: [Tokens]
    let cost: Double
  }

  /// The cheapest split over some pools, all of whose transfers are counted; nil where there is none.
  private func split(_ used: [Int]) throws -> Split? {
    let deadline = phases.deadline ?? Seconds(.infinity)
    let pools = try used.map(pool)
    let given = used.map(given)
    let free = PhaseSplit(pools: pools)
    let exact = given.reduce(0, +)
    let left = max(0, all.value - exact)
    let moves = try transfer * Double(used.count - 1) + ramp(used[0])
    let limit = deadline.value - moves.value - free.time(given)
    // A deadline that is met to the last bit is met.
    guard limit >= 0, let tokens = free.tokens(left, within: limit * (1 + 1e-12)) else {
      return nil
    }
    let sums = zip(tokens, given).map { $0 + $1 }
    var moved = 0.0
    for index in used.dropFirst() { moved += rate(index) * transfer.value }
    var split = phases.limits.map { _ in Tokens.zero }
    for (index, sum) in zip(used, sums) { split[index] = Tokens(sum) }
    return Split(tokens: split, cost: free.cost(sums) + moved)
  }

  /// What all devices of a pool cost in a second: money, or device time where some pool has no price.
  private func rate(_ index: Int) -> Double {
    let fleets = question.alone.map(\.fleet)
    let isPriced = fleets.allSatisfy { $0.price != nil }
    return Double(fleets[index].size) * (isPriced ? fleets[index].price?.rate.value.value ?? 0 : 1)
  }

  /// The tokens that a pool must train on.
  private func given(_ index: Int) -> Double {
    if case .exactly(let tokens) = phases.limits[index] { tokens.value } else { 0 }
  }

  private func pool(_ index: Int) throws -> PhaseSplit.Pool {
    let step = try found(index).step
    let time = try stretch(index, step) / step.throughput.value
    let most: Double
    switch phases.limits[index] {
    case .exactly: most = 0
    case .atMost(let tokens): most = tokens.value
    case .any: most = .infinity
    }
    return PhaseSplit.Pool(cost: rate(index) * time, time: time, most: most)
  }

  /// How many times longer a pool's run takes than its undisturbed steps.
  private func stretch(_ index: Int, _ step: StepEstimate) throws -> Double {
    guard let run = question.runQuestion(index, step: step) else { return 1 }
    return GoodputFormula(nearest: run.job(ramp: .none)).duration
      / (question.recipe.tokens / step.throughput)
  }

  /// What smaller batches add to the run of all tokens, if a pool trains the first of them.
  private func ramp(_ index: Int) throws -> Seconds {
    guard let run = question.runQuestion(index, step: try found(index).step) else { return .zero }
    return try run.ramp().added() * run.setting.timeFactor * (all / question.recipe.tokens)
  }

  private func found(_ index: Int) throws -> Comparison.Found {
    let entry = question.alone[index]
    guard case .found(let found) = entry.outcome else {
      throw MixFault.noReplica(fleet: entry.fleet.id)
    }
    return found
  }

  /// Why there is no split.
  private func reason() throws -> MixFault {
    var allowed = 0.0
    for limit in phases.limits {
      switch limit {
      case .exactly(let tokens), .atMost(let tokens): allowed += tokens.value
      case .any: allowed = .infinity
      }
    }
    guard allowed >= all.value else { return .tooFewTokens(allowed: Tokens(allowed), of: all) }
    let quickest = try subsets.compactMap(quickest).min() ?? .zero
    return .tooSlow(quickest: quickest, deadline: phases.deadline ?? .zero)
  }

  /// The least time in which some pools train on all tokens.
  private func quickest(_ used: [Int]) throws -> Seconds? {
    let pools = try used.map(pool).map { pool in
      PhaseSplit.Pool(cost: pool.time, time: pool.time, most: pool.most)
    }
    let split = PhaseSplit(pools: pools)
    let given = used.map(given)
    return try split.tokens(max(0, all.value - given.reduce(0, +))).map { tokens in
      try Seconds(split.time(tokens) + split.time(given)) + transfer * Double(used.count - 1)
        + ramp(used[0])
    }
  }

  private func estimate(_ tokens: [Tokens]) throws -> MixEstimate {
    let unit = question.recipe.tokens / all
    var isFirst = true
    var duration = Seconds.zero
    var moved = Seconds.zero
    let pools = try question.alone.indices.map { index in
      let fleet = question.alone[index].fleet
      guard tokens[index] > .zero else {
        return PoolShare(fleet: fleet.sized(0), share: 0, work: nil, deviceTime: .zero)
      }
      let step = try found(index).step
      let training = tokens[index] / step.throughput
      let move = isFirst ? .zero : transfer
      isFirst = false
      duration += training + move
      moved += move
      return PoolShare(
        fleet: fleet, share: tokens[index] / all,
        work: PoolShare.Work(
          plan: step.plan, amount: .tokens(tokens[index], transfer: move), own: training * unit,
          wait: .zero, memory: step.peakMemory, busyShare: step.busyShare),
        deviceTime: (training + move) * unit * Double(fleet.size))
    }
    return MixEstimate(
      step: nil, duration: duration * unit, totalDuration: duration, pools: pools,
      linkTime: moved * unit)
  }
}
