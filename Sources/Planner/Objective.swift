import Hardware
import TrainingRun
import Units

/// What makes one plan better than another.
public enum Objective: String, CaseIterable, Sendable {
  /// Money per token; where nobody quotes a price, device time per token.
  case cost
  case time
  /// The time of all devices together.
  case deviceHours = "device-hours"
  /// Energy of the devices at their power limit; where no limit is known, device time.
  case energy
  /// The expected cost of a run with its failures and saves, where the scenario says how the run of the
  /// fleet goes; elsewhere its cost.
  case goodputCost = "goodput-cost"

  /// What an undisturbed run is ranked by, less is better.
  func value(of run: RunEstimate, on fleet: Fleet) -> Double {
    switch self {
    case .cost, .goodputCost: run.cost?.value ?? run.deviceTime.value
    case .time: run.duration.value
    case .deviceHours: run.deviceTime.value
    case .energy:
      (fleet.device.power.map { $0.value * run.deviceTime })?.value ?? run.deviceTime.value
    }
  }
}

/// What a search is to find, and among which plans.
public struct PlanQuery: Sendable {
  public var constraints = SearchConstraints()
  /// Where nothing is said, plans are ranked by cost, and a deadline asks for the smallest part of the fleet
  /// that meets it.
  public var objective: Objective?

  /// What plans are ranked by.
  public var ranking: Objective { objective ?? .cost }

  public init() {}
}
