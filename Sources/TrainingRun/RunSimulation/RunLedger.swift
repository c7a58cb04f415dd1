public import Units

/// Where the time of a run went. The parts add up to its wall-clock time.
public enum RunPart: Int, CaseIterable, Sendable {
  /// Steps that count, at the pace of the step estimate and the full batch.
  case productive
  /// What steps of a smaller batch take longer for the same tokens.
  case batchRamp
  /// Waiting for the slowest rank of each step.
  case stragglers
  /// Random variation of the pace; of either sign in one run, none in the mean.
  case stepVariation
  /// Nodes that slowed the job down before they were found.
  case slowNodes
  /// Steps on fewer devices, for want of spares.
  case shrunk
  case evaluation
  /// Training that waits for a save.
  case checkpoint
  /// Steps that a failure undid.
  case lostWork
  /// Steps that a loss spike undid.
  case lossSpikes
  case detection
  /// Waiting for a person.
  case manual
  case restart
  case replacement
  /// Reading a checkpoint.
  case reload
  case waitingForSpares
  /// Announced stops, with the save before and the start after them.
  case planned

  /// The part as reports and columns name it.
  public var name: String {
    switch self {
    case .batchRamp: "batch_ramp"
    case .stepVariation: "step_variation"
    case .slowNodes: "slow_nodes"
    case .lostWork: "lost_work"
    case .lossSpikes: "loss_spikes"
    case .waitingForSpares: "waiting_for_spares"
    case .productive, .stragglers, .shrunk, .evaluation, .checkpoint, .detection, .manual, .restart,
      .replacement, .reload, .planned:
      "\(self)"
    }
  }

  /// Whether steps run in this time that are not undone later.
  public var isEffective: Bool {
    switch self {
    case .productive, .batchRamp, .stragglers, .stepVariation, .slowNodes, .shrunk: true
    default: false
    }
  }
}

/// What happened in one run, or the sum over several.
public struct RunLedger: Sendable {
  private var seconds = [Double](repeating: 0, count: RunPart.allCases.count)
  /// Stops by cause, in the order of the reliability profile.
  public internal(set) var stops: [Double]
  /// Unannounced stops.
  public internal(set) var interruptions = 0.0
  public internal(set) var checkpoints = 0.0
  /// Runs that were given up, because failures left them hardly any time to work.
  public internal(set) var unfinished = 0.0
  /// By pool, device-seconds in which the owner had machines taken back.
  public internal(set) var away: [Seconds]

  public init(causes: Int, pools: Int = 1) {
    stops = Array(repeating: 0, count: causes)
    away = Array(repeating: .zero, count: pools)
  }

  init(of job: RunJob) { self.init(causes: job.causes.count, pools: job.pools.count) }

  /// The ledger of jobs that follow each other; their causes stand one after the other.
  public init(joining jobs: [RunLedger]) {
    self.init(causes: 0, pools: 0)
    for job in jobs {
      for index in seconds.indices { seconds[index] += job.seconds[index] }
      stops += job.stops
      away += job.away
      interruptions += job.interruptions
      checkpoints += job.checkpoints
      unfinished = max(unfinished, job.unfinished)
    }
  }

  public subscript(part: RunPart) -> Seconds {
    get { Seconds(seconds[part.rawValue]) }
    set { seconds[part.rawValue] = newValue.value }
  }

  /// Whether no run was given up: otherwise times and costs are less than it would take.
  public var isFinished: Bool { unfinished == 0 }

  /// The wall-clock time: the sum of the parts.
  public var duration: Seconds { Seconds(seconds.reduce(0, +)) }

  /// Useful step time ÷ wall-clock time.
  public var goodput: Double { share { $0 == .productive } }

  /// The part of the wall-clock time in which steps ran that counted, at whatever pace.
  public var effectiveTime: Double { share(\.isEffective) }

  private func share(_ isCounted: (RunPart) -> Bool) -> Double {
    let counted = RunPart.allCases.filter(isCounted).reduce(0) { $0 + self[$1].value }
    let duration = duration.value
    return duration > 0 ? counted / duration : 1
  }

  static func += (sum: inout Self, other: Self) {
    for index in sum.seconds.indices { sum.seconds[index] += other.seconds[index] }
    for index in sum.stops.indices { sum.stops[index] += other.stops[index] }
    for index in sum.away.indices { sum.away[index] += other.away[index] }
    sum.interruptions += other.interruptions
    sum.checkpoints += other.checkpoints
    sum.unfinished += other.unfinished
  }

  /// A sum over several runs as their mean.
  func mean(over runs: Int) -> Self {
    var mean = self
    let factor = 1 / Double(runs)
    for index in seconds.indices { mean.seconds[index] *= factor }
    for index in stops.indices { mean.stops[index] *= factor }
    for index in away.indices { mean.away[index] = factor * away[index] }
    mean.interruptions *= factor
    mean.checkpoints *= factor
    mean.unfinished *= factor
    return mean
  }
}
