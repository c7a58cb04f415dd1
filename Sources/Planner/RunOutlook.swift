import CostModel
import Hardware
import TrainingRun
public import Units
import Workload

/// How long and how dear all tokens of a scenario are under a plan: with all that is expected to disturb the
/// run where the scenario says how runs go, and at the pace of undisturbed steps otherwise. Deadlines and
/// budgets are held against it.
public struct RunOutlook: Sendable {
  public let duration: Seconds
  /// Absent without a price.
  public let cost: Money?

  init(step: StepEstimate, model: ModelArchitecture, fleet: Fleet, scenario: Scenario) throws {
    guard let setting = scenario.runs[fleet.id] else {
      let run = RunEstimate(step: step, fleet: fleet, tokens: scenario.totalTokens)
      duration = run.duration
      cost = run.cost
      return
    }
    let question = RunQuestion(
      model: model, fleet: fleet, step: step, setting: setting, scenario: scenario)
    let units = scenario.totalTokens / scenario.recipe.tokens
    duration = try question.expectedDuration() * units
    cost = try question.expectedCost().map { $0 * units }
  }
}
