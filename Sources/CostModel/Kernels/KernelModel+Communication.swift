public import Hardware
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

  public init(
    phase: Phase, tokens: Double, hidden: Double, elementSize: Bytes, topK: Double, ranks: Int,
    ranksPerDomain: Int, domainLimit: Double? = nil, deduplicated: Bool = true,
    imbalance: Double = 1
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
  }
}

extension KernelModel {
  /// Returns the time of a collective inside one domain.
  ///
  /// - Parameters:
  ///   - payload: The full buffer of one rank: for all-gather its output, for reduce-scatter its
  ///     input, for all-to-all what one rank holds.
  ///   - link: What one rank sends to all ranks of the group together, in one direction.
  public func collective(
    _ kind: CollectiveKind, ranks: Int, payload: Bytes, link: BytesPerSecond
  ) -> Seconds {
    guard ranks > 1, payload.value > 0 else { return .zero }
    guard let curve = profile.collectives[kind] else {
      preconditionFailure("kernel profile \(profile.id) has no \(kind.rawValue) curve")
    }
    let steps = Double(ranks - 1)
    let passes = kind == .allReduce ? 2.0 : 1.0
    let wire = payload * (passes * steps / Double(ranks))
    let times = curve.protocols.map { each in
      each.latency + each.latencyPerStep * steps + wire / (link * each.efficiency)
    }
    return times.min() ?? .zero
  }

  /// Returns the time of one dispatch or combine, the busiest rank's.
  ///
  /// - Parameters:
  ///   - link: The scale-up rate of one rank, one direction.
  ///   - interface: The network interface's rate of one rank; nil inside one domain.
  public func exchange(
    _ shape: ExchangeShape, link: BytesPerSecond, interface: BytesPerSecond?
  ) -> Seconds {
    guard shape.ranks > 1, shape.tokens > 0 else { return .zero }
    let curve = profile.exchange
    let token = shape.elementSize * (shape.hidden * shape.tokens * shape.imbalance)
    let inside = token * shape.copiesInside / (link * curve.scaleUpEfficiency)
    var outside = Seconds.zero
    if let interface, shape.copiesOutside > 0 {
      outside = token * shape.copiesOutside / (interface * curve.scaleOutEfficiency)
    }
    return curve.launch + max(inside, outside)
  }
}

extension ExchangeShape {
  private var domains: Double { (Double(ranks) / Double(ranksPerDomain)).rounded(.up) }

  /// Expected copies of a token that cross the network.
  ///
  /// k experts fall on D domains at random: a given domain is missed with probability (1 − 1/D)^k,
  /// so a token visits D (1 − (1 − 1/D)^k) of them, at most `domainLimit`; one of D is its own.
  var copiesOutside: Double {
    guard domains > 1 else { return 0 }
    let away = (domains - 1) / domains
    if !deduplicated { return topK * away }
    return min(expectedCells(domains), domainLimit ?? .infinity) * away
  }

  /// Expected copies of a token that travel inside a domain, those that arrive from others too.
  var copiesInside: Double {
    let local = Double(min(ranks, ranksPerDomain))
    let away = (local - 1) / local
    return (deduplicated ? expectedCells(Double(ranks)) : topK) * away
  }

  private func expectedCells(_ cells: Double) -> Double {
    var missed = 1.0
    for _ in 0..<Int(topK.rounded()) { missed *= 1 - 1 / cells }
    return cells * (1 - missed)
  }
}
