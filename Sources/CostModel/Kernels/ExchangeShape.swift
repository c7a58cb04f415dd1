import Foundation
import Hardware
public import Units

/// The exchange of one expert layer: dispatch carries tokens to their experts, combine back.
public struct ExchangeShape: Hashable, Sendable {
  public enum Phase: String, CaseIterable, Sendable { case dispatch, combine }

  public var phase: Phase
  /// Tokens that one rank holds before dispatch.
  public var tokens: Double
  public var hidden: Double
  public var elementSize: Bytes
  public var topK: Double
  /// Ranks of the expert-parallel group.
  public var ranks: Int
  /// Ranks of the group inside one scale-up domain.
  public var ranksPerDomain: Int
  /// Domains that one token may visit, where routing limits them.
  public var domainLimit: Double?
  /// Whether a token goes once to a rank (and once over the network to a domain) that holds
  /// several of its experts, or once for each expert.
  public var deduplicated: Bool
  /// Tokens of the busiest rank ÷ the mean.
  public var imbalance: Double
  /// Compute units that copy; nil is what the profile says.
  public var computeUnits: Double?

  public init(
    phase: Phase, tokens: Double, hidden: Double, elementSize: Bytes, topK: Double, ranks: Int,
    ranksPerDomain: Int, domainLimit: Double? = nil, deduplicated: Bool = true,
    imbalance: Double = 1, computeUnits: Double? = nil
  ) {
    self.phase = phase
    self.tokens = tokens
    self.hidden = hidden
    self.elementSize = elementSize
    self.topK = topK
    self.ranks = ranks
    self.ranksPerDomain = ranksPerDomain
    self.domainLimit = domainLimit
    self.deduplicated = deduplicated
    self.imbalance = imbalance
    self.computeUnits = computeUnits
  }
}

extension ExchangeShape {
  /// What one rank's tokens weigh.
  var bytes: Bytes { elementSize * (hidden * tokens * imbalance) }

  /// Domains that the group lies in.
  var domains: Double { (Double(ranks) / Double(ranksPerDomain)).rounded(.up) }

  /// Expected ranks that a token visits, or its copies where each expert gets one.
  var ranksVisited: Double { deduplicated ? Self.visited(of: Double(ranks), by: topK) : topK }

  /// Expected copies of a token that cross the network.
  ///
  /// A token visits D (1 − (1 − 1/D)^k) of D domains, at most `domainLimit`; one of D is its own.
  var copiesOutside: Double {
    guard domains > 1 else { return 0 }
    let away = (domains - 1) / domains
    if !deduplicated { return topK * away }
    return min(Self.visited(of: domains, by: topK), domainLimit ?? .infinity) * away
  }

  /// Expected copies of a token that travel inside a domain, those that arrive from others too.
  var copiesInside: Double {
    let local = Double(min(ranks, ranksPerDomain))
    return ranksVisited * (local - 1) / local
  }

  /// Expected number of `cells` that `choices` random choices touch: each is missed with
  /// probability (1 − 1 / cells)^choices.
  private static func visited(of cells: Double, by choices: Double) -> Double {
    cells * (1 - pow(1 - 1 / cells, choices))
  }

  func variable(_ variable: CorrectionGrid.Variable, units: Double) -> Double {
    switch variable {
    case .tokens: tokens
    case .hidden: hidden
    case .topK: topK
    case .domains: domains
    case .computeUnits: units
    case .ranks: Double(ranks)
    default: preconditionFailure("an exchange has no \(variable.rawValue)")
    }
  }
}
