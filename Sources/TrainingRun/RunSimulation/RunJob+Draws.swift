import Hardware
import Numerics
import Units

/// One run of jobs that follow each other, as a ledger of each. A horizon counts from the start of the first.
func drawnRun(of jobs: [RunJob], _ random: RandomGenerator) -> [RunLedger] {
  var elapsed = Seconds.zero
  return jobs.map { job in
    var job = job
    if let horizon = job.conditions.horizon {
      let left = horizon - elapsed - job.handover
      guard left > .zero else { return RunLedger(causes: job.causes.count) }
      job.conditions.horizon = left
    }
    var simulation = RunSimulation(job, random)
    let ledger = simulation.run()
    elapsed += ledger.duration
    return ledger
  }
}

extension [RunJob] {
  /// The mean of a few runs of jobs that follow each other, each with the stream of its number; a ledger of
  /// each job.
  public func meanLedgers(streams: Range<Int>, seed: UInt64) -> [RunLedger] {
    precondition(!streams.isEmpty, "a mean is of some runs")
    let generator = RandomGenerator(seed: 0)
    var sums = map { RunLedger(causes: $0.causes.count) }
    for stream in streams {
      generator.reseed(RandomGenerator.seed(seed, stream: stream))
      for (index, ledger) in drawnRun(of: self, generator).enumerated() { sums[index] += ledger }
    }
    return sums.map { $0.mean(over: streams.count) }
  }
}

extension RunJob {
  /// Every number that a run depends on, where the rest of the question is the same.
  public var numbers: [Double] {
    let checkpoint = conditions.checkpoint
    var numbers = [
      work.value, rampWork.value, stepTime.value, interval.value, pace, checkpoint.stall.value,
      checkpoint.persist.value, checkpoint.load.value, handover.value,
      conditions.stepVariation, conditions.horizon?.value ?? 0,
      checkpoint.memory?.interval.value ?? 0, checkpoint.memory?.load.value ?? 0,
      conditions.lossSpikes?.rate.value ?? 0, conditions.lossSpikes?.steps ?? 0,
    ]
    for pool in pools { numbers += pool.numbers }
    return numbers
  }
}

extension RunPool {
  fileprivate var numbers: [Double] {
    let habits = reliability.recovery
    var numbers = [
      Double(devices), Double(replica), share, Double(spareNodes),
      habits.detection.value.value, habits.restart.value.value, habits.replacement.value.value,
      habits.restartSuccess?.value ?? 1, habits.repair.value.value, habits.manualShare.value,
      habits.manualDelay.value.value,
      reliability.slowNodes?.rate.value.value ?? 0, reliability.slowNodes?.slowdown.value ?? 0,
      reliability.slowNodes?.detection.value.value ?? 0,
    ]
    for cause in reliability.causes {
      numbers.append(cause.rate.value.value)
      numbers.append(cause.detection?.value.value ?? -1)
      if case .weibull(let shape, let age) = cause.law { numbers += [shape, age.value] }
    }
    return numbers
  }
}
