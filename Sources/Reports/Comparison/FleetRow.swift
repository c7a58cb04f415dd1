public import CostModel
public import Hardware
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
  /// What came of the question: `found`, `out of memory`, `too slow`, `no plan`.
  public var status: String
  /// What is nearest, where nothing was found.
  public var remark: String
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
        row.take(found)
        row.saving = saving(of: found, for: entry)
      case .tooSlow(let found):
        row.status = "too slow"
        row.take(found)
        row.remark = slowRemark(found)
      case .noFit(let nearest):
        row.status = "out of memory"
        row.remark = nearest.shortfallRemark
      case .noPlan:
        row.status = "no plan"
        row.remark = "No legal layout on \(entry.fleet.size) devices: try another number."
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

  private func slowRemark(_ found: Found) -> String {
    guard let deadline = scenario.deadline else { return "" }
    let days = fixed(found.total.duration / Seconds.day, decimals: 1)
    let factor = fixed(found.total.duration / deadline, decimals: 2)
    return "The quickest layout takes \(days) days, \(factor) times the deadline."
  }
}

extension FleetRow {
  fileprivate mutating func take(_ found: Comparison.Found) {
    step = found.step
    run = found.run
    total = found.total
    evaluated = found.evaluated
  }
}

extension StepEstimate {
  /// How much memory the nearest plan lacks.
  var shortfallRemark: String {
    let lacking = fixed(shortfall / Bytes.GB, decimals: 1)
    let needed = fixed(peakMemory.total / Bytes.GB, decimals: 1)
    return "The leanest layout (\(plan.summary)) needs \(needed) GB on a device and lacks "
      + "\(lacking) GB."
  }
}
