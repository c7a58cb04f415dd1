import Numerics

/// How far predictions are from measurements, over a group of rows.
public struct RunSummary: Hashable, Sendable {
  /// What the rows have in common: `all`, `source`, `device`, `kind`, `tier`, `precision`, `stack`,
  /// `memory` for what a memory line speaks of, `training` for what the rows did for their stack; of rows that trained nothing,
  /// `untrained stack`, `untrained source` and `untrained tier`, the latter two with what is known of
  /// the source, the last with the kind.
  public var grouping: String
  public var group: String
  /// Rows predicted, and rows skipped.
  public var predicted: Int
  public var skipped: Int
  /// Of the absolute relative error in the rows' own metrics; nil where nothing was predicted.
  public var median: Double?
  public var mean: Double?
  /// The 90th percentile: nine of ten rows are nearer.
  public var p90: Double?
  public var largest: Double?
  /// The median of predicted ÷ observed time, less 1: above 0 where predictions are too slow.
  public var bias: Double?

  init(grouping: String, group: String, rows: [RunComparison]) {
    self.grouping = grouping
    self.group = group
    let errors = rows.compactMap { $0.relativeError.map(abs) }
    predicted = errors.count
    skipped = rows.count { $0.skipped != nil }
    median = Numerics.median(errors)
    mean = Numerics.mean(errors)
    p90 = quantile(errors, 0.9)
    largest = errors.max()
    bias = Numerics.median(rows.compactMap(\.ratio)).map { $0 - 1 }
  }
}

/// The summaries of a validation: all rows, then each grouping with its groups by name.
///
/// - Parameter lines: Lines of speed, or lines of memory: errors of the two do not mix.
public func summaries(of lines: [RunComparison]) -> [RunSummary] {
  let groupings: [(String, (RunComparison) -> String)] = [
    ("source", { $0.label.series }),
    ("device", { $0.device.isEmpty ? $0.label.device : $0.device }),
    ("kind", { $0.label.isMoE ? "MoE" : "dense" }),
    ("tier", { $0.label.tier }),
    ("precision", { $0.label.precision }),
    ("stack", { $0.stack }),
    ("memory", { $0.memoryKind?.rawValue ?? "" }),
    ("training", { $0.training?.rawValue ?? "" }),
    ("untrained stack", { $0.isUntrained ? $0.stack : "" }),
    ("untrained source", { $0.untrainedSource ?? "" }),
    ("untrained tier", { $0.untrainedTier ?? "" }),
  ]
  var all = [RunSummary(grouping: "all", group: "all", rows: lines)]
  for (grouping, key) in groupings {
    let groups = Dictionary(grouping: lines, by: key)
    for name in groups.keys.sorted() where !name.isEmpty {
      all.append(RunSummary(grouping: grouping, group: name, rows: groups[name] ?? []))
    }
  }
  return all
}

extension RunComparison {
  fileprivate var isUntrained: Bool { training.map { $0 != .trained } ?? false }

  /// Such as `fold, known stack`.
  fileprivate var untrainedSource: String? {
    guard isUntrained, let training else { return nil }
    return "\(label.series), \(training.rawValue)"
  }

  /// Such as `A dense, known stack`: the groups by which accuracy on unseen rows is judged. The scan
  /// over layouts of one source makes up most of its tier, and is told apart.
  fileprivate var untrainedTier: String? {
    guard isUntrained, let training else { return nil }
    let tier = label.tier.isEmpty ? "no tier" : label.tier
    let kind = label.isMoE ? "MoE" : "dense"
    let scan = label.series == "vtrain" ? " (vtrain)" : ""
    return "\(tier) \(kind)\(scan), \(training.rawValue)"
  }
}
