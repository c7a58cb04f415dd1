import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// The run of pools that train one model: the failures of each, its spares and its money.
extension MixQuestion {
  /// From the step to the whole run; nil where the scenario does not ask for it, or the pools cannot do it
  /// together.
  func runAnswer(of decision: MixEstimate) async throws -> RunAnswer? {
    guard !scenario.runs.isEmpty else { return nil }
    let pace = try pace(decision)
    let ramps = try ramps(decision, pace: pace)
    return await RunAnswer(jobs(decision, pace, ramps)) { bill(of: $0, decision) }
  }

  /// How a pool runs. Checkpoints and all else that is one for the whole job are those of the first in use.
  func setting(_ pool: Int) -> RunSetting? { scenario.runs[alone[pool].fleet.id] }

  func runQuestion(_ pool: Int, step: StepEstimate) -> RunQuestion? {
    setting(pool).map {
      RunQuestion(
        model: model, fleet: alone[pool].fleet, step: step, setting: $0, scenario: scenario)
    }
  }

  /// The jobs of the run of the scenario's unit of tokens: one where pools train side by side, or one for each
  /// pool.
  ///
  /// - Parameter ramps: What `ramps` says.
  func jobs(_ decision: MixEstimate, _ pace: MixPace, _ ramps: [RampCurve]) -> [RunJob] {
    let used = decision.poolsInUse
    let factors = used.map { setting($0)?.timeFactor ?? 1 }
    if case .phases(let steps) = pace {
      var trained = 0.0
      return used.indices.compactMap { index in
        let pool = decision.pools[used[index]]
        defer { trained += pool.share }
        return phase(
          pool, runQuestion(used[index], step: steps[index]), ramps[index], after: trained)
      }
    }
    guard let first = setting(used[0]), let plan = decision.pools[used[0]].work?.plan else {
      return []
    }
    let conditions = first.conditions(saving: model, recipe: recipe, plan: plan)
    let exchanges = conditions.synchronization.exchangeShare
    let stepTime = pace.stepTime(factors: factors, exchanges: exchanges)
    let longer = stepTime / pace.stepTime(factors: factors.map { _ in 1 }, exchanges: exchanges)
    return [
      RunJob(
        work: recipe.tokens / recipe.tokensPerStep * stepTime,
        rampWork: ramps[0].added() * longer, rampShare: ramps[0].share, stepTime: stepTime,
        pools: used.compactMap { pool($0, of: decision, saving: conditions.checkpoint) },
        conditions: conditions)
    ]
  }

  /// One of the pools that take turns. Tokens and the handover are those of all tokens, and are counted as a
  /// part of the unit. The batch grows over the first tokens of all, whoever trains them.
  ///
  /// - Parameter trained: The part of the tokens that other pools trained before.
  private func phase(
    _ pool: PoolShare, _ question: RunQuestion?, _ ramp: RampCurve, after trained: Double
  ) -> RunJob? {
    guard let question, case .tokens(_, let transfer)? = pool.work?.amount else { return nil }
    let whole = question.job(ramp: ramp)
    let added = ramp.added(from: trained, to: trained + pool.share) * question.setting.timeFactor
    let rampShare = min(max(0, ramp.share - trained) / pool.share, 1)
    var devices = whole.pools[0]
    devices.name = pool.fleet.id
    return RunJob(
      work: whole.work * pool.share, rampWork: added, rampShare: rampShare,
      stepTime: whole.stepTime, pools: [devices],
      handover: transfer * (recipe.tokens / scenario.totalTokens),
      conditions: whole.conditions)
  }

  /// A pool of those that train side by side. Of stages, every replica needs a part of each pool.
  private func pool(
    _ index: Int, of decision: MixEstimate, saving checkpoint: CheckpointPlan
  ) -> RunPool? {
    let share = decision.pools[index]
    guard let setting = setting(index), let work = share.work else { return nil }
    let fleet = alone[index].fleet
    let ofReplicas = if case .layers = work.amount { false } else { true }
    return RunPool(
      name: fleet.id, devices: fleet.size, replica: fleet.size / max(1, work.plan.data),
      share: ofReplicas ? share.share : 1,
      reliability: setting.reliability(on: fleet, saving: checkpoint),
      spareNodes: setting.conditions.spareNodes)
  }

  /// What all pools in use cost: side by side all of them all the time, in turn each its own. Nil where one has
  /// no price.
  ///
  /// - Parameter ledgers: Of each job.
  func bill(of ledgers: [RunLedger], _ decision: MixEstimate) -> RunBill? {
    let used = decision.poolsInUse
    let bills = used.indices.compactMap { index -> (pool: String, bill: RunBill)? in
      let fleet = alone[used[index]].fleet
      guard let setting = setting(used[index]), let work = decision.pools[used[index]].work,
        let bill = RunBill(
          ledger: ledgers[min(index, ledgers.count - 1)], fleet: fleet, setting: setting,
          busyShare: work.busyShare, pool: ledgers.count == 1 ? index : 0)
      else { return nil }
      return (fleet.id, bill)
    }
    return bills.count == used.count ? RunBill(joining: bills) : nil
  }

  /// What devices are held for: those that train.
  func deviceTime(of ledgers: [RunLedger], _ decision: MixEstimate) -> Seconds {
    let sizes = decision.poolsInUse.map { Double(alone[$0].fleet.size) }
    guard ledgers.count > 1 else { return ledgers[0].duration * sizes.reduce(0, +) }
    return zip(ledgers, sizes).reduce(.zero) { $0 + $1.0.duration * $1.1 }
  }
}

extension MixAnswer {
  /// The question that this answers, asked of a scenario's fleets as they are there.
  func question(of scenario: Scenario) -> MixQuestion {
    let fleets = Dictionary(scenario.fleets.map { ($0.id, $0) }) { first, _ in first }
    return MixQuestion(
      model: scenario.models.first { $0.id == model.id } ?? model, scenario: scenario, mix: mix,
      alone: alone.map { entry in
        var entry = entry
        entry.fleet = fleets[entry.fleet.id]?.sized(entry.fleet.size) ?? entry.fleet
        return entry
      })
  }
}
