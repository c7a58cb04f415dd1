public import CostModel
public import Hardware
import Parallelism
public import Planner
public import TrainingRun
import Units
import Workload

/// One model on one fleet, as the comparison reports it.
public struct FleetRow: Sendable {
  public var model: String
  public var fleet: String
  public var device: String
  public var devices: Int
  /// What came of the question: `found`, `out of memory`, `too slow`, `too dear`, `no plan`,
  /// `not for sale`, `not to be had`, `cannot run`.
  public var status: String
  /// What is nearest, where nothing was found.
  public var remark: String
  /// The plan in a line, with the number format where it is not the scenario's.
  public var plan: String?
  public var step: StepEstimate?
  public var run: RunEstimate?
  public var total: RunEstimate?
  public var price: Price?
  /// 1 − cost ÷ cost of the baseline; absent without prices or baseline.
  public var saving: Double?
  public var evaluated: Int
}

extension Comparison {
  /// A row for each model and fleet, in the order of the scenario.
  public var fleetRows: [FleetRow] {
    entries.map { entry in
      var row = FleetRow(
        model: entry.model.id, fleet: entry.fleet.id, device: entry.fleet.device.id,
        devices: entry.fleet.size, status: "", remark: "", price: entry.fleet.price, evaluated: 0)
      switch entry.outcome {
      case .found(let found):
        row.status = "found"
        row.take(found, scenario.recipe)
        row.saving = saving(of: found, for: entry)
        row.remark = caveats(entry)
      case .tooSlow(let found, let enough):
        row.status = "too slow"
        row.take(found, scenario.recipe)
        row.remark = slowRemark(found) + enoughRemark(enough, entry)
      case .tooDear(let found, let enough):
        row.status = "too dear"
        row.take(found, scenario.recipe)
        row.remark = dearRemark(found) + (enough.map { " \($0) devices would do." } ?? "")
      case .noFit(let nearest, let enough):
        row.status = "out of memory"
        row.remark = nearest.shortfallRemark + enoughRemark(enough, entry)
      case .cannotRun(let fault):
        row.status = "cannot run"
        row.remark = fault.description
      case .barred(let barrier):
        row.status = barrier.status
        row.remark = barrier.remark
      case .noPlan(let faults):
        row.status = "no plan"
        row.remark =
          (["No legal layout on \(entry.fleet.size) devices."] + faults.map(\.description))
          .joined(separator: " ")
      }
      return row
    }
  }

  private func saving(of found: Found, for entry: Entry) -> Double? {
    guard let cost = found.run.cost, let baseline = baseline(for: entry.model)?.run.cost else {
      return nil
    }
    return 1 - cost / baseline
  }

  /// What a reader must know before the numbers are believed.
  private func caveats(_ entry: Entry) -> String {
    var caveats: [String] = []
    if entry.fleet.kernels.kind == .estimated {
      caveats.append(
        "Kernel curves are transferred from other devices (profile \(entry.fleet.kernels.id)).")
    }
    if case .found(let found) = entry.outcome {
      let outside = entry.fleet.kernels.unmeasured(
        in: Lowering(
          model: entry.model, plan: found.step.plan, recipe: scenario.recipe,
          habits: entry.fleet.stack.kernels))
      if !outside.isEmpty {
        caveats.append("Outside the measured shapes: \(outside.joined(separator: ", ")).")
      }
    }
    if let asked = scenario.fleets.first(where: { $0.id == entry.fleet.id })?.available,
      asked == entry.fleet.size
    {
      caveats.append("All \(asked) devices that can be had are in use.")
    }
    if entry.fleet.price == nil { caveats.append("No price is given, so there is no cost.") }
    return caveats.joined(separator: " ")
  }

  /// How many devices would do, where the plan was searched for.
  private func enoughRemark(_ enough: Int?, _ entry: Entry) -> String {
    guard case .search = scenario.plan else { return "" }
    guard let enough else {
      return entry.fleet.available == nil
        ? " More devices do not help, up to 64 times as many."
        : " No more devices that can be had help."
    }
    return " \(enough) devices would do."
  }

  private func dearRemark(_ found: Found) -> String {
    guard let budget = scenario.budget, let cost = found.outlook.cost else { return "" }
    let factor = fixed(cost / budget, decimals: 2)
    return "The cheapest layout costs \(fixed(cost.value / 1e6, decimals: 2)) M "
      + "\(scenario.currency), \(factor) times the budget."
  }

  private func slowRemark(_ found: Found) -> String {
    guard let deadline = scenario.deadline else { return "" }
    let days = fixed(found.outlook.duration / Seconds.day, decimals: 1)
    let factor = fixed(found.outlook.duration / deadline, decimals: 2)
    return "The quickest layout takes \(days) days, \(factor) times the deadline."
  }
}

extension FleetRow {
  fileprivate mutating func take(_ found: Comparison.Found, _ recipe: TrainingRecipe) {
    plan = found.step.summary(in: recipe)
    step = found.step
    run = found.run
    total = found.total
    evaluated = found.evaluated
  }
}

extension StepEstimate {
  /// How much memory the nearest plan lacks.
  var shortfallRemark: String {
    "The nearest layout (\(plan.summary)) needs \(needAndShortfall)."
  }

  /// What the fullest rank needs and lacks.
  var needAndShortfall: String {
    let lacking = fixed(shortfall / Bytes.GB, decimals: 1)
    let needed = fixed(peakMemory.total / Bytes.GB, decimals: 1)
    return "\(needed) GB on a device and lacks \(lacking) GB"
  }
}
