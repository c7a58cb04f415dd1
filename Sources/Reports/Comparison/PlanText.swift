public import Parallelism

extension ParallelPlan {
  /// The plan in a line: every axis above 1, then what is not the usual choice.
  public var summary: String {
    let axes = [
      ("tp", tensor), ("cp", context), ("pp", pipeline), ("vpp", virtualStages), ("dp", data),
      ("ep", expert), ("etp", expertTensor),
    ]
    var words = axes.filter { $0.1 > 1 }.map { "\($0.0)\($0.1)" }
    words.append("mbs\(microBatch)")
    if sharding != .optimizer { words.append(sharding.rawValue) }
    if schedule != .oneForwardOneBackward { words.append(schedule.rawValue) }
    if recompute != .none { words.append("re:\(recompute.summary)") }
    return words.joined(separator: " ")
  }
}

extension Recompute {
  /// `none`, `full`, or the parts that are computed again, joined by `+`.
  public var summary: String {
    switch self {
    case .none: "none"
    case .full: "full"
    case .selective(let parts): parts.list.map(\.rawValue).sorted().joined(separator: "+")
    }
  }
}
