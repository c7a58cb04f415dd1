/// Whether a run was said to fit in memory, and whether it did.
///
/// It is said to fit where any plausible reading of its row does: a team takes a smaller micro-batch
/// or recomputes more before it gives up.
public enum MemoryVerdict: String, CaseIterable, Sendable {
  case fits
  /// Said to run out of memory, and did.
  case hit
  /// Said to fit, and ran out of memory.
  case miss
  /// Said to run out of memory, and ran.
  case falseAlarm = "false alarm"

  init(fits: Bool, ran: Bool) {
    self =
      switch (fits, ran) {
      case (true, true): .fits
      case (false, false): .hit
      case (true, false): .miss
      case (false, true): .falseAlarm
      }
  }
}

/// The verdicts on the runs of one source.
public struct MemoryVerdictCount: Hashable, Sendable {
  /// A source, or `all`.
  public var source: String
  public var counts: [MemoryVerdict: Int]
}

/// The verdicts on all runs, then on those of each source that has any but `fits`.
public func memoryVerdicts(of lines: [RunComparison]) -> [MemoryVerdictCount] {
  func count(_ source: String, _ lines: [RunComparison]) -> MemoryVerdictCount {
    let verdicts = lines.compactMap(\.memoryVerdict).map { ($0, 1) }
    return MemoryVerdictCount(source: source, counts: Dictionary(verdicts, uniquingKeysWith: +))
  }
  let sources = Dictionary(grouping: lines, by: \.label.series).sorted { $0.key < $1.key }
    .map { count($0.key, $0.value) }
    .filter { $0.counts.keys.contains { $0 != .fits } }
  return [count("all", lines)] + sources
}
