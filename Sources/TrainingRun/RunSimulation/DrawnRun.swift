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
      guard left > .zero else { return RunLedger(of: job) }
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
  /// each job. It is summed up as that of a forecast, so that the same runs give the same mean to the last bit.
  public func meanLedgers(streams: Range<Int>) -> [RunLedger] {
    precondition(!isEmpty && !streams.isEmpty, "a mean is of some runs")
    let seed = self[0].conditions.seed
    let generator = RandomGenerator(seed: 0)
    var sums = map(RunLedger.init(of:))
    for first in stride(from: streams.lowerBound, to: streams.upperBound, by: RunForecast.blockSize)
    {
      var block = map(RunLedger.init(of:))
      for stream in first..<Swift.min(first + RunForecast.blockSize, streams.upperBound) {
        generator.reseed(RandomGenerator.seed(seed, stream: stream))
        for (index, ledger) in drawnRun(of: self, generator).enumerated() { block[index] += ledger }
      }
      for index in sums.indices { sums[index] += block[index] }
    }
    return sums.map { $0.mean(over: streams.count) }
  }
}
