import CostModel
import Hardware
public import Planner
public import Units
import Workload

/// How many plans a search space has, and how quickly they were priced.
public struct CensusRow: Sendable {
  private let census: PlanCensus
  private let seconds: Seconds
  private let worst: Double

  /// - Parameter seconds: What pricing them took.
  public init(_ census: PlanCensus, seconds: Seconds) throws {
    self.census = census
    self.seconds = seconds
    worst = try census.worstDifference()
  }

  public static func table(_ rows: [Self]) -> Table<Self> {
    Table(
      columns: [
        Column("model", \.census.model.id),
        Column("fleet", \.census.fleet.id),
        Column("devices", { $0.census.sizes.map(String.init).joined(separator: " ") }),
        Column(count: "plans", \.census.plans),
        Column(count: "fit", \.census.fitting),
        Column("seconds", \.seconds, in: Seconds(1), decimals: 2),
        Column("plans_per_second", { Double($0.census.plans) / $0.seconds.value }, decimals: 0),
        Column(count: "checked", \.census.sampled),
        Column("worst_difference_1e-12", { $0.worst * 1e12 }, decimals: 3),
      ], rows: rows)
  }
}
