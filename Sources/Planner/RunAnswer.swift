import Analytical
import CostModel
import Hardware
import Parallelism
public import TrainingRun
public import Units
import Workload

/// The run of one model on one fleet or on several together, from a step to days and money.
public struct RunAnswer: Sendable {
  /// Jobs that follow each other: one, except where pools take turns.
  public var jobs: [RunJob]
  public var forecast: RunForecast
  /// Absent without a price, and where runs were given up: what they would have cost is not known.
  public var bill: RunBill?

  init(_ jobs: [RunJob], bill: ([RunLedger]) -> RunBill?) async {
    self.jobs = jobs
    forecast = await RunForecast(jobs)
    self.bill = forecast.mean.isFinished ? bill(forecast.meanOfJobs) : nil
  }

  /// The mean duration; nil where runs were given up.
  public var duration: Seconds? { forecast.mean.isFinished ? forecast.duration : nil }

  /// The expected duration in closed form, where there is one.
  public var formula: Seconds? {
    jobs.reduce(Seconds.zero as Seconds?) { sum, job in
      guard let sum, let formula = GoodputFormula(job) else { return nil }
      return sum + formula.duration
    }
  }

  /// The only job; nil where there are several.
  public var job: RunJob? { jobs.count == 1 ? jobs[0] : nil }

  public var optimum: CheckpointOptimum? {
    job.map { CheckpointOptimum(plan: $0.conditions.checkpoint, rate: $0.fallbackRate) }
  }
}

extension Comparison {
  /// The same answer with the runs drawn, where the scenario says how they go.
  func withRuns() async throws -> Comparison {
    guard !scenario.runs.isEmpty else { return self }
    var answered = self
    for (index, entry) in entries.enumerated() {
      guard case .found(let found) = entry.outcome, let setting = scenario.runs[entry.fleet.id]
      else { continue }
      let run = RunQuestion(
        model: entry.model, fleet: entry.fleet, step: found.step, setting: setting,
        scenario: scenario)
      answered.entries[index].run = try await run.answer()
    }
    for index in mixes.indices {
      guard case .found(let decision) = mixes[index].outcome else { continue }
      answered.mixes[index].run = try await mixes[index].question(of: scenario)
        .runAnswer(of: decision)
    }
    return answered
  }
}

/// A step, and how its run goes.
struct RunQuestion: Sendable {
  let model: ModelArchitecture
  let fleet: Fleet
  let step: StepEstimate
  let setting: RunSetting
  let scenario: Scenario

  func answer() async throws -> RunAnswer {
    await RunAnswer([job(ramp: try ramp())]) { bill(of: $0[0]) }
  }

  /// The bill of what happened in a run.
  func bill(of ledger: RunLedger) -> RunBill? {
    RunBill(ledger: ledger, fleet: fleet, setting: setting, busyShare: step.busyShare)
  }

  /// What a device costs for a second: its rent, or the mean over all that an owner pays for.
  func price(of bill: RunBill?, _ ledger: RunLedger) -> Double? {
    guard setting.ownership != nil else { return fleet.price?.rate.value.value }
    let devices = fleet.size + setting.spareDevices
    return bill.map { $0.total.value / (ledger.duration.value * Double(devices)) }
  }

  /// The job of the scenario's unit of tokens.
  ///
  /// - Parameter ramp: What `ramp()` says.
  func job(ramp: RampCurve) -> RunJob {
    let factor = setting.timeFactor
    let conditions = setting.conditions(saving: model, recipe: scenario.recipe, plan: step.plan)
    let stepTime = time(of: step) * factor
    let tokens = scenario.recipe.tokens
    return RunJob(
      work: tokens / scenario.recipe.tokensPerStep * stepTime,
      rampWork: ramp.added() * factor, rampShare: ramp.share, stepTime: stepTime,
      devices: fleet.size, replica: step.plan.ranks / max(1, step.plan.data),
      reliability: setting.reliability(on: fleet, saving: conditions.checkpoint),
      conditions: conditions)
  }

  /// The mean time of a step, of which some exchange nothing between replicas where these average their models
  /// after several. Weights that are sharded over all replicas are gathered at every step.
  private func time(of step: StepEstimate) -> Seconds {
    guard !step.plan.shardsEveryLayer else { return step.stepTime }
    let share = setting.conditions.synchronization.exchangeShare
    return step.stepTime - (1 - share) * step.breakdown[.dataCommunication]
  }

  /// What smaller batches add.
  func ramp() throws -> RampCurve {
    try setting.conditions.batchRamp?.curve(
      scenario.recipe, quantum: step.plan.data * step.plan.microBatch, stepTime: time(of: step)
    ) { recipe in
      time(
        of: try AnalyticalEstimator().estimate(
          model: model, recipe: recipe, plan: step.plan, fleet: fleet))
    } ?? .none
  }
}

extension RunSetting {
  /// The failures of a fleet, and nodes that their owner takes back. Where its notice is long enough for a save,
  /// that is a stop in good order.
  func reliability(on fleet: Fleet, saving checkpoint: CheckpointPlan) -> Reliability {
    var reliability = reliability
    if let preemption = fleet.price?.preemption, ownership == nil {
      let isInTime = preemption.notice.map { $0.value >= checkpoint.persist } ?? false
      reliability.causes.append(
        FailureCause(
          name: "preemption", rate: preemption.rate, scope: .node, isPlanned: isInTime,
          absence: preemption.backAfter ?? reliability.recovery.repair))
    }
    return reliability
  }

  /// The conditions, with the time of a save that a storage takes: one data-parallel replica writes weights
  /// and optimizer, each of its ranks a part.
  func conditions(
    saving model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan
  ) -> RunConditions {
    var conditions = conditions
    if let storage {
      conditions.checkpoint.setSave(
        storage.saveTime(
          state: recipe.checkpoint(of: model), writers: plan.checkpointWriters))
    }
    return conditions
  }
}

extension ParallelPlan {
  /// Ranks that write a checkpoint: one copy of the weights, of which each holds a part.
  var checkpointWriters: Int { min(ranks, tensor * pipeline * expert) }
}

extension RunQuestion {
  /// How long a run takes in the mean, by the same closed form.
  func expectedDuration() throws -> Seconds {
    GoodputFormula(nearest: job(ramp: try ramp())).duration
  }

  /// What a run costs in the mean with its failures, saves and pauses. In closed form, because a search asks
  /// it of many plans: devices are taken to work as long as undisturbed steps take, and to rest otherwise.
  func expectedCost() throws -> Money? {
    let job = job(ramp: try ramp())
    var ledger = RunLedger(causes: 0)
    ledger[.productive] = job.work
    ledger[.restart] = GoodputFormula(nearest: job).duration - job.work
    return bill(of: ledger)?.total
  }
}

extension TrainingRecipe {
  /// What a checkpoint holds: weights in 16 bits, and the optimizer's states.
  func checkpoint(of model: ModelArchitecture) -> Bytes {
    (Bytes(2) + optimizer.stateBytesPerParameter) * Double(model.parameterCount.total)
  }
}
