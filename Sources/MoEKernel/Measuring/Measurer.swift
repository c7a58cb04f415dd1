public import CostModel
import Numerics
public import Units

/// The middle half of several measurements of one thing.
public struct Spread: Hashable, Sendable {
  public var median: Seconds
  public var lowerQuartile: Seconds
  public var upperQuartile: Seconds

  /// - Parameter times: At least one.
  public init(_ times: [Seconds]) {
    let values = times.map(\.value)
    let at = { (share: Double) in Seconds(quantile(values, share) ?? 0) }
    median = at(0.5)
    lowerQuartile = at(0.25)
    upperQuartile = at(0.75)
  }

  /// Distance of the quartiles ÷ median.
  public var relative: Double { (upperQuartile - lowerQuartile) / median }
}

/// One measured shape: how long its passes took, and each of their operations.
public struct PartMeasurement: Sendable {
  public var shape: MeasuredShape
  public var repeats: Int
  /// Cores that others kept busy meanwhile.
  public var otherLoad: Double
  public var forward: Spread
  public var backward: Spread
  public var optimizer: Spread?
  /// Forward, backward and optimizer together.
  public var whole: Spread
  public var operations: [(operation: Operation, time: Spread)]
  /// Weights that the optimizer changes.
  public var trained: Int
}

/// How often a shape is run.
public struct RepeatRule: Sendable {
  public var least = 5
  public var most = 15
  /// Enough, where the quartiles lie this near to each other.
  public var spread = 0.02
  /// No further run begins after this time.
  public var limit = Seconds(3)

  public init() {}
}

/// Runs shapes on a team of workers and takes their times.
public struct Measurer {
  private let team: WorkerTeam
  private let rule: RepeatRule

  public init(team: WorkerTeam, rule: RepeatRule = RepeatRule()) {
    self.team = team
    self.rule = rule
  }

  /// Runs one shape once to warm up, then until its time is known well enough or time is out.
  public func measure(_ shape: MeasuredShape) throws(ModelFault) -> PartMeasurement {
    let part = try PreparedPart(shape, team: team)
    _ = part.run()
    let load = OtherLoad()
    let start = monotonicTime()
    var runs: [PartRun] = []
    while runs.count < rule.least || !isEnough(runs, since: start) { runs.append(part.run()) }
    return PartMeasurement(
      shape: shape, repeats: runs.count, otherLoad: load.cores,
      forward: Spread(runs.map { total($0.forward) }),
      backward: Spread(runs.map { total($0.backward) }),
      optimizer: runs[0].optimizer.map { _ in Spread(runs.compactMap(\.optimizer)) },
      whole: Spread(runs.map(whole)), operations: operations(runs), trained: part.trained)
  }

  private func isEnough(_ runs: [PartRun], since start: Seconds) -> Bool {
    runs.count >= rule.most || monotonicTime() - start > rule.limit
      || Spread(runs.map(whole)).relative < rule.spread
  }

  private func total(_ operations: [ExecutedOperation]) -> Seconds {
    operations.reduce(.zero) { $0 + $1.time }
  }

  private func whole(_ run: PartRun) -> Seconds {
    total(run.forward) + total(run.backward) + (run.optimizer ?? .zero)
  }

  private func operations(_ runs: [PartRun]) -> [(operation: Operation, time: Spread)] {
    let lists = runs.map { $0.forward + $0.backward }
    return lists[0].indices.map { index in
      (lists[0][index].operation, Spread(lists.map { $0[index].time }))
    }
  }
}
