import Hardware
import Numerics
public import Units

/// What many drawn runs say, each of one job or of several, one after the other.
public struct RunForecast: Sendable {
  public let runs: Int
  /// The mean of each part of the time, of stops and of checkpoints.
  public let mean: RunLedger
  /// The same of each job.
  public let meanOfJobs: [RunLedger]
  /// Of all runs together, useful time ÷ time; quantiles over the runs.
  public let goodput: Spread
  public let effectiveTime: Spread
  public let interruptions: Spread
  /// From the first step to the last, or to the horizon.
  public let duration: Seconds
  /// Standard error of the mean duration.
  public let durationError: Seconds

  public init(_ job: RunJob, threads: Int = 0) async {
    await self.init([job], threads: threads)
  }

  /// Draws runs of jobs that follow each other, on all cores.
  ///
  /// Each run has a random stream of its own, which its number decides, and sums are formed in the
  /// order of the runs, so the answer does not depend on the number of threads. What is kept of a run
  /// is added to counts and sums: memory does not grow with the number of runs or their length.
  public init(_ jobs: [RunJob], threads: Int = 0) async {
    let conditions = jobs[0].conditions
    let runs = conditions.runs
    precondition(runs >= 1, "a forecast draws runs")
    let blocks = (runs + Self.blockSize - 1) / Self.blockSize
    var total = Tally(jobs)
    await forEachInOrder(0..<blocks, threads: threads) { block in
      var tally = Tally(jobs)
      let generator = RandomGenerator(seed: 0)
      let first = block * Self.blockSize
      for run in first..<min(first + Self.blockSize, runs) {
        generator.reseed(RandomGenerator.seed(conditions.seed, stream: run))
        tally.add(drawnRun(of: jobs, generator))
      }
      return tally
    } body: {
      total.add($0)
    }
    self.init(total, runs: runs)
  }

  static let blockSize = 64

  private init(_ total: Tally, runs: Int) {
    self.runs = runs
    meanOfJobs = total.sums.map { $0.mean(over: runs) }
    mean = RunLedger(joining: meanOfJobs)
    goodput = total.goodput.spread(mean: mean.goodput)
    effectiveTime = total.effectiveTime.spread(mean: mean.effectiveTime)
    interruptions = total.interruptions.spread(mean: mean.interruptions).ofWholeCounts
    duration = mean.duration
    let variance = total.squares / Double(runs) - duration.value * duration.value
    durationError = Seconds((max(0, variance) / Double(runs)).squareRoot())
  }
}

/// Mean and quantiles of one result.
public struct Spread: Sendable, Equatable {
  public var mean: Double
  public var p5: Double
  public var p50: Double
  public var p95: Double

  public init(mean: Double, p5: Double, p50: Double, p95: Double) {
    self.mean = mean
    self.p5 = p5
    self.p50 = p50
    self.p95 = p95
  }
}

extension Spread {
  /// Nil without values.
  public init?(_ values: [Double]) {
    guard let mean = Numerics.mean(values), let p5 = quantile(values, 0.05),
      let p50 = quantile(values, 0.5), let p95 = quantile(values, 0.95)
    else { return nil }
    self.init(mean: mean, p5: p5, p50: p50, p95: p95)
  }
}

extension Spread {
  /// With quantiles that are counts, as the values are.
  fileprivate var ofWholeCounts: Spread {
    // Half a count below 0 rounds to a zero with a sign, which a zero takes off.
    Spread(mean: mean, p5: p5.rounded() + 0, p50: p50.rounded() + 0, p95: p95.rounded() + 0)
  }
}

/// Sums and counts over some runs.
private struct Tally: @unchecked Sendable {
  var sums: [RunLedger]
  var squares = 0.0
  // Histograms are classes, and each belongs to one tally that one task at a time holds.
  let goodput = Histogram(0...1, bins: 20_000)
  let effectiveTime = Histogram(0...1, bins: 20_000)
  let interruptions = Histogram(counts: 8192)

  init(_ jobs: [RunJob]) {
    sums = jobs.map(RunLedger.init(of:))
  }

  mutating func add(_ ledgers: [RunLedger]) {
    for index in sums.indices { sums[index] += ledgers[index] }
    let run = RunLedger(joining: ledgers)
    squares += run.duration.value * run.duration.value
    goodput.add(run.goodput)
    effectiveTime.add(run.effectiveTime)
    interruptions.add(run.interruptions)
  }

  mutating func add(_ other: Tally) {
    for index in sums.indices { sums[index] += other.sums[index] }
    squares += other.squares
    goodput.add(other.goodput)
    effectiveTime.add(other.effectiveTime)
    interruptions.add(other.interruptions)
  }
}

extension Histogram {
  fileprivate func spread(mean: Double) -> Spread {
    Spread(
      mean: mean, p5: quantile(0.05) ?? mean, p50: quantile(0.5) ?? mean,
      p95: quantile(0.95) ?? mean)
  }
}
