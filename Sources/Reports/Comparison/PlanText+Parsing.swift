public import Parallelism

/// A word that names no axis of a plan, or has no sound value.
public struct PlanTextFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var word: String

  public var description: String {
    "'\(word)' is no part of a plan. Write axes and what else differs from the usual, such as "
      + "'tp8 pp4 vpp2 ep8 etp1 mbs2 first3 last2 zero-1 1f1b re:activations+experts'."
  }
}

extension ParallelPlan {
  /// Reads a plan from the line that `summary` writes: every word is an axis and its number, a sharding, a
  /// schedule, or what is computed again. What is left out has its usual value; `data` 0 is open.
  public init(summary: String) throws(PlanTextFault) {
    self.init(data: 0)
    for word in summary.split(separator: " ").map(String.init) { try take(word) }
    sequenceParallel = tensor > 1
  }

  private mutating func take(_ word: String) throws(PlanTextFault) {
    if let sharding = OptimizerSharding(rawValue: word) {
      self.sharding = sharding
    } else if let schedule = ScheduleKind(rawValue: word) {
      self.schedule = schedule
    } else if word.hasPrefix("re:"), let recompute = Recompute(summary: word.dropFirst(3)) {
      self.recompute = recompute
    } else {
      let axis = String(word.prefix { !$0.isNumber })
      guard let path = Self.axes[axis], let value = Int(word.dropFirst(axis.count)),
        value >= (path == \.prefetch ? 0 : 1)
      else { throw PlanTextFault(word: word) }
      self[keyPath: path] = value
    }
  }

  private static var axes: [String: WritableKeyPath<ParallelPlan, Int>] {
    [
      "tp": \.tensor, "cp": \.context, "pp": \.pipeline, "vpp": \.virtualStages, "dp": \.data,
      "ep": \.expert, "etp": \.expertTensor, "mbs": \.microBatch, "first": \.firstStageLayers,
      "last": \.lastStageLayers, "prefetch": \.prefetch,
    ]
  }
}

extension Recompute {
  fileprivate init?(summary: Substring) {
    switch summary {
    case "none": self = .none
    case "full": self = .full
    default:
      if let share = Double(summary), (0...1).contains(share) {
        self = .share(share)
        return
      }
      let words = summary.split(separator: "+" as Character).map(String.init)
      let parts = words.compactMap(RecomputePart.init(rawValue:))
      guard !parts.isEmpty, parts.count == words.count else { return nil }
      self = .selective(RecomputeParts(parts))
    }
  }
}
