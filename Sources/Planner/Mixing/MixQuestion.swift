import Analytical
import CostModel
import Hardware
import Parallelism
import TrainingRun
import Units
import Workload

/// One model of a scenario, asked of fleets that train it together.
struct MixQuestion {
  let model: ModelArchitecture
  var scenario: Scenario
  let mix: FleetMix
  /// What each pool takes alone, in the order of the mix.
  var alone: [Comparison.Entry]

  var recipe: TrainingRecipe { scenario.recipe }

  func answer() throws -> MixAnswer {
    let outcome: MixAnswer.Outcome
    do {
      outcome = .found(try estimate())
    } catch let fault as MixFault {
      outcome = .impossible(fault)
    } catch EstimateFault.noNetwork {
      outcome = .impossible(.noLink)
    } catch let fault as EstimateFault where fault.isOfHardware {
      outcome = .impossible(.cannotRun(fault))
    }
    return MixAnswer(mix: mix, model: model, outcome: outcome, alone: alone)
  }

  private func estimate() throws -> MixEstimate {
    for entry in alone {
      if case .barred(let barrier) = entry.outcome {
        throw MixFault.barred(fleet: entry.fleet.id, barrier)
      }
    }
    return switch mix.sharing {
    case .replicas(let link):
      try ReplicaMix(question: self, link: link).estimate(pools: Array(alone.indices))
    case .stages(let link): try StageMix(question: self, link: link).estimate()
    case .phases(let phases): try PhaseMix(question: self, phases: phases).estimate()
    }
  }

  /// What a step of pools that work side by side makes of a run: all devices are held all the time.
  func estimate(_ step: MixStep, pools: [PoolShare]) -> MixEstimate {
    let steps = { (tokens: Tokens) in tokens / recipe.tokensPerStep }
    let duration = steps(recipe.tokens) * step.time
    return MixEstimate(
      step: step, duration: duration, totalDuration: steps(scenario.totalTokens) * step.time,
      pools: pools.map { pool in
        var pool = pool
        pool.deviceTime = duration * Double(pool.fleet.size)
        return pool
      }, linkTime: steps(recipe.tokens) * step.linkTime)
  }

  /// Work ÷ (time · peaks of all devices), by the causal convention.
  func utilization(stepTime: Seconds, fleets: [Fleet]) throws -> Double {
    let precision = recipe.precision.matrixPrecision
    let peaks = try fleets.map { fleet in
      guard let peak = fleet.device.peak(precision) else {
        throw EstimateFault.noPeak(device: fleet.device.name, precision: precision.rawValue)
      }
      return peak * Double(fleet.size)
    }
    // The work that the model needs is the same on every fleet.
    let work = ModelWork(
      model: model, recipe: recipe, recompute: .none, habits: fleets[0].stack.kernels)
    return work.model / (peaks.dropFirst().reduce(peaks[0], +) * stepTime)
  }
}

extension Comparison {
  /// The same answer with the mixes that the scenario asks for.
  func withMixes() async throws -> Comparison {
    guard !scenario.mixes.isEmpty else { return self }
    var answered = self
    let alone = scenario.asksOfAllDevices ? entries : try await Self.entries(scenario.ofPools)
    let questions = scenario.models.flatMap { model in
      scenario.mixes.map { mix in
        MixQuestion(
          model: model, scenario: scenario, mix: mix,
          alone: mix.pools.compactMap { pool in
            alone.first { $0.model.id == model.id && $0.fleet.id == pool }
          })
      }
    }
    answered.mixes = try await withThrowingTaskGroup(of: (Int, MixAnswer).self) { group in
      for (index, question) in questions.enumerated() {
        group.addTask { (index, try question.answer()) }
      }
      var answers: [MixAnswer?] = Array(repeating: nil, count: questions.count)
      for try await (index, answer) in group { answers[index] = answer }
      return answers.compactMap { $0 }
    }
    return answered
  }
}

extension Scenario {
  /// Whether the fleets are asked what pools are asked.
  fileprivate var asksOfAllDevices: Bool {
    guard deadline == nil, budget == nil else { return false }
    guard case .search(let query) = plan else { return true }
    guard case .usual = query.constraints.devices, case .usual = query.constraints.precision else {
      return false
    }
    return true
  }

  /// The question that asks of each pool of a mix what it takes alone: with all its devices and in the recipe's
  /// number format, whatever the time and the money.
  fileprivate var ofPools: Scenario {
    var pools = self
    pools.deadline = nil
    pools.budget = nil
    if case .search(var query) = plan {
      query.constraints.devices = .usual
      query.constraints.precision = .usual
      pools.plan = .search(query)
    }
    let used = Set(mixes.flatMap(\.pools))
    pools.fleets = fleets.filter { used.contains($0.id) }
    return pools
  }
}
