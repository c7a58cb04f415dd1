import CostModel
import Hardware
import Parallelism
import Planner
import TrainingRun
import Units
import Workload

extension PlanRow {
  /// `front.csv`.
  static func frontColumns(currency: String) -> [Column<PlanRow>] {
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column(count: "devices", \.step.plan.ranks),
      Column("plan", \.plan),
      Column("run_duration_d", \.run.duration, in: Seconds.day, decimals: 2),
      Column("run_device_time_h", \.run.deviceTime, in: Seconds.hour, decimals: 0),
      Column("run_cost_\(currency)", \.run.cost, in: Money(1), decimals: 0),
    ]
  }

  /// - Parameter hasPrices: Whether cost is what plans are held against each other by, not device time.
  static func terminalFrontColumns(currency: String, hasPrices: Bool) -> [Column<PlanRow>] {
    let cost = Column<PlanRow>(
      "cost_M_\(currency)", \.run.cost, in: Money(1e6), decimals: 2)
    let deviceTime = Column<PlanRow>(
      "k_device_h", \.run.deviceTime, in: 1000 * Seconds.hour, decimals: 0)
    return [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column(count: "devices", \.step.plan.ranks),
      Column("plan", \.plan),
      Column("days", \.run.duration, in: Seconds.day, decimals: 1),
      hasPrices ? cost : deviceTime,
    ]
  }
}

extension Comparison {
  /// The plans that no other of their model beats both in cost and in time, by rising time. Where no fleet of
  /// a model has a price, device time stands for cost; where some have one, the others are left out.
  var frontRows: [PlanRow] {
    scenario.models.flatMap { model in
      let rows = entries.filter { $0.model.id == model.id }.flatMap { entry -> [PlanRow] in
        guard case .found(let found) = entry.outcome else { return [] }
        return found.front.map { planRow($0, rank: 1, of: entry) }
      }
      let priced = rows.filter { $0.run.cost != nil }
      return front(
        priced.isEmpty ? rows : priced,
        by: ({ $0.run.duration.value }, { $0.run.cost?.value ?? $0.run.deviceTime.value }))
    }
  }
}
