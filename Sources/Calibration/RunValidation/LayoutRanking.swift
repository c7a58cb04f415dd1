import Numerics

/// How well the layouts of one model on one device are ranked.
public struct LayoutRanking: Hashable, Sendable {
  public var series: String
  public var model: String
  public var device: String
  public var precision: String
  /// Layouts compared, at least 4.
  public var layouts: Int
  /// Spearman's rank correlation of predicted and observed time a token and device; 1 is the same
  /// order.
  public var correlation: Double
}

/// Ranks the layouts of each model within one source, device and precision.
///
/// Observed time a token and device is the predicted one ÷ the ratio of predicted to observed time,
/// so that rows of different metrics rank together.
public func layoutRankings(of lines: [RunComparison]) -> [LayoutRanking] {
  let groups = Dictionary(grouping: lines.filter { !$0.isMemory && $0.skipped == nil }) { line in
    [line.label.series, line.label.model, line.device, line.label.precision]
  }
  let names = groups.keys.sorted { $0.lexicographicallyPrecedes($1) }
  return names.compactMap { name in
    let times = (groups[name] ?? []).compactMap { line -> (predicted: Double, observed: Double)? in
      guard let time = line.secondsPerToken, let ratio = line.ratio else { return nil }
      return (time, time / ratio)
    }
    guard times.count >= 4,
      let correlation = rankCorrelation(times.map(\.predicted), times.map(\.observed))
    else { return nil }
    return LayoutRanking(
      series: name[0], model: name[1], device: name[2], precision: name[3], layouts: times.count,
      correlation: correlation)
  }
}
