import CostModel
import Hardware
import Parallelism
import Planner
import Simulation
import Units
import Workload

extension SimulationReport {
  /// The step, where its time goes, what its end waited for, and what made it dear.
  public var terminalText: String {
    let step = study.estimate
    let device = "\(study.fleet.size) x \(study.fleet.name)"
    let peak = fixed(step.peakMemory.total / .GB, decimals: 1)
    let room = fixed(step.memoryCapacity / .GB, decimals: 0)
    let parts = breakdown
    let shown = Table(
      columns: parts.columns, rows: parts.rows.filter { $0.simulated > .zero || $0.formula > .zero }
    )
    return """
      \(study.model.name) on \(device)
      Plan: \(step.plan.summary)
      Step: \(fixed(step.stepTime.value, decimals: 4)) s, MFU \
      \(fixed(100 * step.modelUtilization, decimals: 1)) %, at most \(peak) of \(room) GB a rank, \
      \(study.timeline.slowedFlows) flows slowed by shared or slow links
      \(shortage)
      Where the step's time goes
      \(shown.terminalText())
      \(waiting)The same step otherwise
      \(cases.terminalText())\(draw)
      """
  }

  /// How a step with drawn loads and the formula's differ.
  private var draw: String {
    switch study.recipe.routing {
    case .zipf, .dirichlet, .measured:
      guard study.estimate.plan.expert > 1 else { return "" }
      return """

        Expert loads are drawn. The formula takes the expected load of each layer's busiest rank, and
        sees no stage wait for another that is the slowest for once.

        """
    case .balanced, .capacity: return ""
    }
  }

  /// A step that does not fit is simulated as if it did.
  private var shortage: String {
    let lacking = study.estimate.shortfall
    guard lacking > .zero else { return "" }
    return "It does not fit: the fullest rank lacks \(fixed(lacking / .GB, decimals: 1)) GB. "
      + "Times are those of ranks that had it.\n"
  }

  /// Where ranks of a stage differ: whose pipeline the timeline shows.
  private var whose: String {
    guard let lane, study.timeline.lanes > 1 else { return "" }
    return "The timeline shows the pipeline of rank \(lane.firstRank)"
      + "\(lane.isSlow ? ", which has a slow link" : "").\n\n"
  }

  /// The longest parts of the critical path, where it is known.
  private var waiting: String {
    guard path != nil else { return "" }
    let table = criticalPath
    let head = Table(columns: table.columns, rows: Array(table.rows.prefix(12)))
    return """
      What the end of the step waited for\(table.rows.count > 12 ? ", the twelve longest" : "")
      \(head.terminalText())
      \(whose)
      """
  }
}
