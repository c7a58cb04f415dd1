public import CostModel
import Hardware
import Parallelism
import TrainingRun
public import Units
import Workload

/// What came of one row of a sweep.
public struct SweepRow: Sendable {
  /// `found`, or why there is nothing to tell or to use.
  public enum Status: Int, CaseIterable, Sendable {
    case found
    case outOfMemory
    /// The plan is not legal, or the fleet cannot run it.
    case refused
    case tooSlow
    case tooDear
    case noPlan
    /// The fleet cannot be had.
    case barred

    public var word: String {
      switch self {
      case .found: "found"
      case .outOfMemory: "out of memory"
      case .refused: "refused"
      case .tooSlow: "too slow"
      case .tooDear: "too dear"
      case .noPlan: "no plan"
      case .barred: "barred"
      }
    }
  }

  public var status: Status
  public var devices: Int
  public var stepTime: Seconds
  public var utilization: Double
  public var peakMemory: Bytes
  /// Of the scenario's unit of tokens.
  public var duration: Seconds
  /// Absent where nobody quotes a price.
  public var cost: Money?
  /// What a search found; nil where the plan is given. A reference, so that rows of given plans stay small.
  public private(set) var searched: SearchedPlan?

  init(_ status: Status, devices: Int) {
    self.status = status
    self.devices = devices
    stepTime = .zero
    utilization = 0
    peakMemory = .zero
    duration = .zero
  }

  /// Whether there are numbers to tell.
  public var hasNumbers: Bool { stepTime > .zero }
}

extension SweepRow {
  /// The row of an answer that a search gave.
  init(_ entry: Comparison.Entry, scenario: Scenario) {
    let status: Status
    switch entry.outcome {
    case .found: status = .found
    case .noFit: status = .outOfMemory
    case .tooSlow: status = .tooSlow
    case .tooDear: status = .tooDear
    case .noPlan: status = .noPlan
    case .barred: status = .barred
    case .cannotRun: status = .refused
    }
    self.init(status, devices: entry.fleet.size)
    guard let step = entry.outcome.bestEstimate else { return }
    let fleet = entry.fleet.sized(step.plan.ranks)
    let run = RunEstimate(step: step, fleet: fleet, tokens: scenario.recipe.tokens)
    devices = step.plan.ranks
    stepTime = step.stepTime
    utilization = step.modelUtilization
    peakMemory = step.peakMemory.total
    duration = run.duration
    cost = run.cost
    searched = SearchedPlan(step)
  }
}

/// The plan that a search found, or the nearest one.
public final class SearchedPlan: Sendable {
  public let step: StepEstimate

  init(_ step: StepEstimate) { self.step = step }
}
