import Hardware
import Parallelism
import Units
import Workload

/// One reading of a row with its estimate.
struct RunCandidate {
  var reading: RunReading
  var step: RunValidation.Step
  /// In the row's own metric and unit; nil where the run was never timed.
  var value: Double?
  /// Predicted ÷ observed time for the same work; nil likewise.
  var timeRatio: Double?

  /// Predicted time of one device for one token.
  var secondsPerToken: Double {
    step.time.value * Double(reading.plan.ranks) / reading.recipe.tokensPerStep.value
  }

  init(
    _ reading: RunReading, _ step: RunValidation.Step, of run: PublishedRun, on device: Device
  ) throws {
    self.reading = reading
    self.step = step
    guard step.time.isFinite, step.time > .zero else {
      throw RunSkip.other("the estimate is no time")
    }
    guard run.observation != nil else { return }
    guard let value = run.inOwnUnit(stepTime: step.time, reading: reading, device: device) else {
      throw RunSkip.other("the device has no peak for the run's precision")
    }
    self.value = value
    timeRatio = run.timeRatio(predicted: value)
  }
}

/// What the readings of one row predict: an interval and its middle.
///
/// The middle is the weighted median: half of the weight lies at it or below, and it is always a
/// reading that can run, so that its breakdown can be told. The measured number has no part in the
/// choice.
struct RunScanResult {
  private let candidates: [RunCandidate]

  /// - Parameter candidates: One or more.
  init(_ candidates: [RunCandidate]) {
    precondition(!candidates.isEmpty, "a scan needs a reading")
    self.candidates = candidates
  }

  /// The reading in the middle by time for the same work.
  var middle: RunCandidate { middle(by: \.secondsPerToken) }

  /// In the row's own metric and unit; nil where the run was never timed.
  var value: PredictionInterval? {
    let values = candidates.compactMap(\.value)
    guard let lowest = values.min(), let highest = values.max(), let middle = middle.value else {
      return nil
    }
    return PredictionInterval(lowest: lowest, middle: middle, highest: highest)
  }

  /// The lowest, the middle and the highest of a quantity over all readings.
  func interval(of quantity: (RunCandidate) -> Double) -> PredictionInterval {
    let values = candidates.map(quantity)
    return PredictionInterval(
      lowest: values.min() ?? 0, middle: quantity(middle(by: quantity)),
      highest: values.max() ?? 0)
  }

  private func middle(by quantity: (RunCandidate) -> Double) -> RunCandidate {
    let sorted = candidates.sorted { quantity($0) < quantity($1) }
    let half = sorted.reduce(0) { $0 + $1.reading.weight } / 2
    var weight = 0.0
    for candidate in sorted {
      weight += candidate.reading.weight
      if weight >= half { return candidate }
    }
    return sorted[sorted.count - 1]
  }
}

/// What the plausible readings of a row predict.
public struct PredictionInterval: Hashable, Sendable {
  public var lowest: Double
  /// The prediction that is scored.
  public var middle: Double
  public var highest: Double

  static func / (interval: Self, scale: Double) -> Self {
    Self(
      lowest: interval.lowest / scale, middle: interval.middle / scale,
      highest: interval.highest / scale)
  }
}
