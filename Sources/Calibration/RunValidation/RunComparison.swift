public import CostModel
public import Parallelism
import Units

/// What was predicted for one run.
struct RunPrediction {
  /// In the row's own metric and unit.
  /// Nil, like the ratio, where the source reports that the run does not fit in memory.
  var value: PredictionInterval?
  /// Predicted ÷ observed time for the same work, in the middle.
  var timeRatio: Double?
  /// Predicted time of one device for one token, in the middle.
  var secondsPerToken: Double
  /// Bytes of the fullest rank.
  var allocated: PredictionInterval
  var shown: PredictionInterval
  /// The reading in the middle and its step.
  var reading: RunReading
  var step: RunValidation.Step
  /// Readings that the interval spans.
  var readings: Int
  var memoryVerdict: MemoryVerdict
  var training: RunTraining.Status
  var device: String
  var stack: String
  var flops: String
  var isSequenceStated: Bool
  var assumed: [String]
}

/// One line of a validation: a measured number beside the predicted one, or why there is none.
public struct RunComparison: Sendable {
  public var label: RunLabel
  /// The numbers in the row's own metric and unit; nil where the row is skipped.
  public var interval: PredictionInterval?
  /// Predicted ÷ observed time for the same work, above 1 where the prediction is too slow; for a
  /// memory line, predicted ÷ observed memory. Nil where the row is skipped.
  public var ratio: Double?
  /// What a memory line speaks of; nil for a line of speed.
  public var memoryKind: MemoryObservation.Kind?
  /// Whether the run was said to fit, and whether it did; nil for a memory line and a skipped row.
  public var memoryVerdict: MemoryVerdict?
  /// Whether the row moved the constants behind its prediction; nil for a memory line, since no
  /// memory trained anything, and for a skipped row.
  public var training: RunTraining.Status?
  /// Why there is no prediction; nil where there is one.
  public var skipped: RunSkip?
  /// What the row left open, and what was taken.
  public var assumed: [String]
  /// Ways to read the row that the interval spans; 0 where the row is skipped.
  public var readings: Int
  /// The layout in the middle of the interval, with its time by part and its memory.
  public var plan: ParallelPlan?
  public var step: RunValidation.Step?
  /// The profiles that the row's words were taken to mean; empty where the row is skipped.
  public var device: String
  public var stack: String
  /// How the source counts floating-point operations; empty where the row is skipped.
  public var flops: String
  /// Predicted time of one device for one token; nil where the row is skipped.
  public var secondsPerToken: Double?

  public var isMemory: Bool { memoryKind != nil }

  public var breakdown: StepBreakdown? { step?.breakdown }

  /// The middle of the interval: the number that is scored.
  public var predicted: Double? { interval?.middle }

  /// Predicted ÷ observed − 1, in the row's own metric.
  public var relativeError: Double? {
    guard let predicted, let observed = label.observed else { return nil }
    return predicted / observed - 1
  }

  /// `predicted`, or `skipped: ` and the reason.
  public var status: String {
    if let skipped { return "skipped: \(skipped)" }
    return switch memoryVerdict {
    case .hit: "predicted: out of memory, as the source reports"
    case .miss: "predicted: fits in memory, where the source ran out of it"
    default: "predicted"
    }
  }

  init(speedOf row: PublishedRow, outcome: Result<RunPrediction, RunSkip>) {
    self.init(row.label, outcome: outcome, memoryKind: nil)
    guard case .success(let prediction) = outcome else { return }
    interval = prediction.value
    ratio = prediction.timeRatio
    memoryVerdict = prediction.memoryVerdict
    training = prediction.training
  }

  init(
    memory: MemoryObservation, of row: PublishedRow, outcome: Result<RunPrediction, RunSkip>
  ) {
    var label = row.label
    label.metric = "peak memory"
    label.unit = memory.unit
    label.observed = memory.value
    // Memory grows with the sequence: a guess at one would be a guess at the other.
    let outcome = outcome.flatMap { prediction in
      prediction.isSequenceStated ? .success(prediction) : .failure(RunSkip.missing("seq_len"))
    }
    self.init(label, outcome: outcome, memoryKind: memory.kind)
    guard case .success(let prediction) = outcome else { return }
    let bytes =
      memory.kind == .allocated ? prediction.allocated : prediction.shown
    let amount = bytes / memory.scale.value
    interval = amount
    ratio = amount.middle / memory.value
  }

  private init(
    _ label: RunLabel, outcome: Result<RunPrediction, RunSkip>,
    memoryKind: MemoryObservation.Kind?
  ) {
    self.label = label
    self.memoryKind = memoryKind
    let prediction = try? outcome.get()
    if case .failure(let reason) = outcome { skipped = reason }
    assumed = prediction?.assumed ?? []
    readings = prediction?.readings ?? 0
    plan = prediction?.reading.plan
    step = prediction?.step
    device = prediction?.device ?? ""
    stack = prediction?.stack ?? ""
    flops = prediction?.flops ?? ""
    secondsPerToken = prediction?.secondsPerToken
  }
}
