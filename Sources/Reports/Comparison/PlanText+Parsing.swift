public import Parallelism

/// Why a line is no plan.
public enum PlanTextFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// A word that names no axis of a plan, or has no sound value.
  case word(String)
  /// A word about what an earlier one has settled.
  case twice(String)
  case empty
  case tooManyRanks

  public var description: String {
    switch self {
    case .word(let word):
      "'\(word)' is no part of a plan. Write axes and what else differs from the usual, such as "
        + "'tp8 pp4 vpp2 ep8 etp1 mbs2 first3 last2 zero-1 1f1b re:activations+experts'."
    case .twice(let word): "'\(word)' says again what a word before it said. Keep one of them."
    case .empty: "the plan has no words. Write its axes, such as 'tp8 pp4 ep8'."
    case .tooManyRanks: "the plan has more than a thousand million ranks. Write smaller numbers."
    }
  }
}

extension ParallelPlan {
  /// Reads a plan from the line that `summary` writes: every word is an axis and its number, a sharding, a
  /// schedule, or what is computed again. What is left out has its usual value; `data` 0 is open.
  public init(summary: String) throws(PlanTextFault) {
    self.init(data: 0)
    let words = summary.split(separator: " ").map(String.init)
    if words.isEmpty { throw .empty }
    var settled: Set<String> = []
    for word in words {
      guard settled.insert(try take(word)).inserted else { throw .twice(word) }
    }
    for degrees in [[tensor, context, pipeline, data], [expert, expertTensor, pipeline]] {
      if degrees.reduce(1.0, { $0 * Double(max(1, $1)) }) > 1e9 { throw .tooManyRanks }
    }
    sequenceParallel = tensor > 1
  }

  /// - Returns: What the word settles.
  private mutating func take(_ word: String) throws(PlanTextFault) -> String {
    if let sharding = OptimizerSharding(rawValue: word) {
      self.sharding = sharding
      return "sharding"
    } else if let schedule = ScheduleKind(rawValue: word) {
      self.schedule = schedule
      return "schedule"
    } else if word.hasPrefix("re:"), let recompute = Recompute(summary: word.dropFirst(3)) {
      self.recompute = recompute
      return "re:"
    } else if word.hasPrefix("overlap:"), let overlap = Overlaps(summary: word.dropFirst(8)) {
      self.overlap = overlap
      return "overlap:"
    } else {
      let axis = String(word.prefix { !$0.isNumber })
      guard let path = Self.axes[axis], let value = Int(word.dropFirst(axis.count)),
        (path == \.prefetch ? 0...1000 : 1...1_000_000).contains(value)
      else { throw .word(word) }
      self[keyPath: path] = value
      return axis
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

extension Overlaps {
  fileprivate init?(summary: Substring) {
    switch summary {
    case "all": self = .all
    case "none": self = []
    default:
      let words = summary.split(separator: "+" as Character).map(String.init)
      let kinds = words.compactMap { word in Self.words.first { $0.word == word }?.kind }
      guard !kinds.isEmpty, kinds.count == words.count else { return nil }
      self = Self(kinds)
    }
  }
}
