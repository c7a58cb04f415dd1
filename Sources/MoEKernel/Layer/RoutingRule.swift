public import Workload

/// How a router turns scores into choices, and what keeps its experts evenly busy.
public struct RoutingRule: Sendable {
  /// What makes a score between 0 and 1 of a logit.
  public enum Score: String, CaseIterable, Sendable {
    /// e^l ÷ Σ e^l over all experts (Mixtral, DeepSeek-V2).
    case softmax
    /// 1 ÷ (1 + e^−l), each expert by itself (DeepSeek-V3).
    case sigmoid
  }

  /// What a group of experts is ranked by, where a token may visit only some groups.
  public enum GroupRank: String, CaseIterable, Sendable {
    /// Its best expert (DeepSeek-V2, arXiv 2405.04434, section 2.2.2).
    case best
    /// The sum of its best two (DeepSeek-V3, arXiv 2412.19437, section 2.1.2).
    case bestTwo
  }

  public var score: Score
  /// Whether a token's weights are divided by their sum over its chosen experts.
  public var normalizes: Bool
  /// A factor on every weight.
  public var scale: Float
  /// The groups that the experts lie in, in order; `ExpertLayer.groupLimit` of them may be visited.
  public var groups: Int
  public var groupRank: GroupRank
  /// Room of an expert ÷ its fair share of rows; nil drops nothing.
  public var capacityFactor: Double?
  /// The coefficient of the balance loss, or 0.
  public var balanceLoss: Float
  /// The coefficient of the z-loss, or 0.
  public var zLoss: Float

  public init(
    score: Score = .softmax, normalizes: Bool = true, scale: Float = 1, groups: Int = 1,
    groupRank: GroupRank = .best, capacityFactor: Double? = nil, balanceLoss: Float = 0,
    zLoss: Float = 0
  ) {
    self.score = score
    self.normalizes = normalizes
    self.scale = scale
    self.groups = groups
    self.groupRank = groupRank
    self.capacityFactor = capacityFactor
    self.balanceLoss = balanceLoss
    self.zLoss = zLoss
  }

  /// The rows that one expert takes at most: ⌈factor · tokens · k ÷ experts⌉, or all of them.
  public func capacity(tokens: Int, experts: ExpertLayer) -> Int {
    guard let capacityFactor else { return tokens }
    let fair = Double(tokens) * Double(experts.topK) / Double(experts.count)
    return Int(min(Double(tokens), (capacityFactor * fair).rounded(.up)))
  }
}

extension RoutingRule {
  /// The groups that one token may visit.
  func visitedGroups(_ experts: ExpertLayer) -> Int { experts.groupLimit ?? groups }

  /// Checks that a layer of these experts can be routed by this rule.
  func check(_ experts: ExpertLayer) throws(ModelFault) {
    guard groups >= 1, experts.count % groups == 0 else {
      throw .unevenGroups(experts: experts.count, groups: groups)
    }
    let visited = visitedGroups(experts)
    guard visited >= 1, visited <= groups else { throw .groupLimit(visited, groups: groups) }
    let eligible = visited * (experts.count / groups)
    guard experts.topK <= eligible else { throw .topK(experts.topK, eligible: eligible) }
    if let capacityFactor, !(capacityFactor > 0) { throw .capacityFactor(capacityFactor) }
  }
}
