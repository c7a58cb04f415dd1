import Foundation
import Hardware
import Units

/// What the cost of one fleet against another is made of. The logarithms add up to that of the ratio.
///
/// ```
/// cost = price of a peak FLOP · FLOPs / utilization / goodput · rest
/// ```
public struct CostDifference: Sendable {
  public var pricePerPeak: Double
  public var utilization: Double
  public var goodput: Double
  /// Spares that stand by, less machines that their owner has taken back.
  public var rest: Double

  /// The logarithm of the ratio of the costs.
  public var logarithm: Double { pricePerPeak + utilization + goodput + rest }

  init?(
    _ one: DrawResult, _ entry: Comparison.Entry, against base: DrawResult,
    _ baseEntry: Comparison.Entry, precision: Precision
  ) {
    guard let cost = one.cost, cost.isFinite, let baseCost = base.cost, baseCost.isFinite,
      let price = one.price,
      let basePrice = base.price, let used = one.utilization, let baseUsed = base.utilization,
      let peak = entry.fleet.device.peak(precision),
      let basePeak = baseEntry.fleet.device.peak(precision)
    else { return nil }
    pricePerPeak = log((price / peak.value) / (basePrice / basePeak.value))
    utilization = log(baseUsed / used)
    goodput = log(base.goodput / one.goodput)
    rest = log(cost / baseCost) - pricePerPeak - utilization - goodput
  }
}
