import CostModel
import Hardware
import Parallelism
import Planner
import TrainingRun
import Units
import Workload

extension PlanExplanation {
  /// What came of the plan: why it cannot run, or how its step compares and what else speaks against it.
  func sentence(_ scenario: Scenario) -> String {
    let name = "\(model.id) on \(fleet.id): \(plan.summary)"
    switch verdict {
    case .barred(let barrier): return "\(name): the fleet is \(barrier.status). \(barrier.remark)"
    case .refused(let faults):
      return "\(name) is refused. " + faults.map(\.description).joined(separator: " ")
    case .cannotRun(let fault): return "\(name) cannot run. \(fault)"
    case .outOfMemory(let estimate):
      return "\(name) does not fit. It needs \(estimate.needAndShortfall)."
    case .runs(let estimate):
      return ([name + " " + comparison(estimate)] + reasons(scenario)).joined(separator: " ")
    }
  }

  private func comparison(_ estimate: StepEstimate) -> String {
    let time = fixed(estimate.stepTime.value, decimals: 3)
    guard let best, best.fitsMemory else {
      return "takes \(time) s a step, and no plan of the search fits."
    }
    if isBest { return "takes \(time) s a step and is the best plan." }
    if plan.ranks != best.plan.ranks {
      let other = fixed(best.stepTime.value, decimals: 3)
      return
        "takes \(time) s a step on \(plan.ranks) devices, \(best.plan.summary) takes \(other) s "
        + "on \(best.plan.ranks)."
    }
    let gap = estimate.stepTime / best.stepTime - 1
    let percent = fixed(100 * abs(gap), decimals: 1)
    return "takes \(time) s a step, \(percent) % \(gap < 0 ? "shorter" : "longer") than "
      + "\(best.plan.summary)." + (gap > 0 ? largestPart(estimate, best) : "")
  }

  private func largestPart(_ estimate: StepEstimate, _ best: StepEstimate) -> String {
    func more(_ part: StepBreakdown.Part) -> Seconds {
      estimate.breakdown[part] - best.breakdown[part]
    }
    let worst = StepBreakdown.Part.allCases.max { more($0) < more($1) }
    return worst.map {
      " Most of it is \($0.reportName): \(fixed(more($0).value, decimals: 3)) s more."
    } ?? ""
  }

  /// What speaks against the plan beside the time of its step.
  private func reasons(_ scenario: Scenario) -> [String] {
    var reasons: [String] = []
    if !axesOutside.isEmpty {
      reasons.append("The search does not try its \(axesOutside.joined(separator: ", ")).")
    }
    guard let run else { return reasons }
    if let deadline = scenario.deadline, run.duration > deadline {
      let days = fixed(run.duration / Seconds.day, decimals: 1)
      let factor = fixed(run.duration / deadline, decimals: 2)
      reasons.append("It takes \(days) days, \(factor) times the deadline.")
    }
    guard let cost = run.cost else { return reasons }
    let money = "\(fixed(cost.value / 1e6, decimals: 2)) M \(scenario.currency)"
    if let budget = scenario.budget, cost > budget {
      reasons.append("It costs \(money), \(fixed(cost / budget, decimals: 2)) times the budget.")
    } else if let best = bestRun?.cost, plan.ranks != self.best?.plan.ranks {
      let other = fixed(best.value / 1e6, decimals: 2)
      reasons.append("It costs \(money), the best plan \(other) M.")
    }
    return reasons
  }
}
