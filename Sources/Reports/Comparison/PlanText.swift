public import Parallelism

extension ParallelPlan {
  /// The plan in a line: every axis above 1, then what is not the usual choice.
  public var summary: String {
    let axes = [
      ("tp", tensor), ("cp", context), ("pp", pipeline), ("vpp", virtualStages), ("dp", data),
      ("ep", expert), ("etp", expertTensor),
    ]
    let ends = [("first", firstStageLayers), ("last", lastStageLayers)].filter { $0.1 > 0 }
    var words = (axes.filter { $0.1 > 1 } + ends).map { "\($0.0)\($0.1)" }
    words.append("mbs\(microBatch)")
    if sharding != .optimizer { words.append(sharding.rawValue) }
    if prefetch != 1 { words.append("prefetch\(prefetch)") }
    if schedule != .oneForwardOneBackward { words.append(schedule.rawValue) }
    if overlap != .all { words.append("overlap:\(overlap.summary)") }
    if recompute != .none { words.append("re:\(recompute.summary)") }
    return words.joined(separator: " ")
  }
}

extension Recompute {
  /// `none`, `full`, the share of the layers (`0.250`), or the parts that are computed again, joined by
  /// `+`.
  public var summary: String {
    switch self {
    case .none: "none"
    case .full: "full"
    case .share(let share): fixed(share, decimals: 3)
    case .selective(let parts): parts.list.map(\.rawValue).sorted().joined(separator: "+")
    }
  }
}

extension Overlaps {
  /// `all`, `none`, or the kinds joined by `+`.
  public var summary: String {
    if self == .all { return "all" }
    let words = Self.words.filter { contains($0.kind) }.map(\.word)
    return words.isEmpty ? "none" : words.joined(separator: "+")
  }
}
