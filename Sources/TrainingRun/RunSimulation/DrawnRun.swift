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
