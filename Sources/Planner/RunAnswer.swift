import Analytical
import CostModel
import Hardware
import Parallelism
public import TrainingRun
public import Units
import Workload

/// The run of one model on one fleet, from its best plan's step to days and money.
public struct RunAnswer: Sendable {
  public var job: RunJob
  public var forecast: RunForecast
  /// The expected duration in closed form, where there is one.
  public var formula: Seconds?
  public var optimum: CheckpointOptimum
  /// Absent without a price.
  public var bill: RunBill?
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
    let job = job(rampWork: try rampWork())
    let forecast = await RunForecast(job)
    return RunAnswer(
      job: job, forecast: forecast, formula: GoodputFormula(job)?.duration,
      optimum: CheckpointOptimum(plan: job.conditions.checkpoint, rate: job.interruptionRate),
      bill: bill(of: forecast.mean))
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
  /// - Parameter rampWork: What `rampWork()` says.
  func job(rampWork: Seconds) -> RunJob {
    let factor = setting.timeFactor
    var conditions = setting.conditions
    if let storage = setting.storage { conditions.checkpoint.setSave(saveTime(on: storage)) }
    let stepTime = step.stepTime * factor
    let tokens = scenario.recipe.tokens
    return RunJob(
      work: tokens / scenario.recipe.tokensPerStep * stepTime,
      rampWork: rampWork * factor, stepTime: stepTime,
      devices: fleet.size, replica: step.plan.ranks / max(1, step.plan.data),
      reliability: reliability, conditions: conditions)
  }

  /// The fleet's failures, and nodes that their owner takes back.
  private var reliability: Reliability {
    var reliability = setting.reliability
    if let preemption = fleet.price?.preemption, setting.ownership == nil {
      reliability.causes.append(FailureCause(name: "preemption", rate: preemption, scope: .node))
    }
    return reliability
  }

  /// One data-parallel replica writes weights and optimizer, each of its ranks a part.
  private func saveTime(on storage: CheckpointStorage) -> Seconds {
    let state = scenario.recipe.checkpoint(of: model)
    let writers = min(
      step.plan.ranks, step.plan.tensor * step.plan.pipeline * step.plan.expert)
    return storage.saveTime(state: state, writers: writers)
  }

  /// What smaller batches add: the batch grows linearly in tokens, and the time of a token is integrated
  /// over it with the step estimated at a few batches (trapezoids).
  func rampWork() throws -> Seconds {
    let full = scenario.recipe.globalBatch
    guard let ramp = setting.conditions.batchRamp, ramp.start < full else { return .zero }
    let quantum = step.plan.data * step.plan.microBatch
    let batches = stride(from: 0.0, through: 1, by: 0.25).map { share in
      let batch = Double(ramp.start) + share * Double(full - ramp.start)
      return max(quantum, Int((batch / Double(quantum)).rounded()) * quantum)
    }
    let perToken = try batches.map { batch in
      var recipe = scenario.recipe
      recipe.globalBatch = batch
      let estimate = try AnalyticalEstimator().estimate(
        model: model, recipe: recipe, plan: step.plan, fleet: fleet)
      return estimate.stepTime / recipe.tokensPerStep.value
    }
    let atFull = step.stepTime / scenario.recipe.tokensPerStep.value
    let cells = zip(perToken, perToken.dropFirst()).map { ($0 + $1) / 2 - atFull }
    let mean = cells.reduce(.zero, +) / Double(cells.count)
    return max(.zero, mean * (ramp.share * scenario.recipe.tokens.value))
  }
}

extension RunQuestion {
  /// What a run costs in the mean with its failures, saves and pauses. In closed form, because a search asks
  /// it of many plans; what devices draw and who looks after them are left out where they are owned.
  func expectedCost() throws -> Money? {
    let duration = GoodputFormula(nearest: job(rampWork: try rampWork())).duration
    let deviceTime = duration * Double(fleet.size + setting.spareDevices)
    if let ownership = setting.ownership {
      return ownership.items(deviceTime: deviceTime).reduce(.zero) { $0 + $1.amount }
    }
    return fleet.price.map { $0.rate.value * deviceTime }
  }
}

extension TrainingRecipe {
  /// What a checkpoint holds: weights in 16 bits, and the optimizer's states.
  func checkpoint(of model: ModelArchitecture) -> Bytes {
    (Bytes(2) + optimizer.stateBytesPerParameter) * Double(model.parameterCount.total)
  }
}
