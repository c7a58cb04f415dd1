public import Hardware
public import Parallelism
public import Units

/// What a communication sends over the links of one rank, in one direction.
public struct LinkTraffic: Hashable, Sendable {
  /// Over the rank's links inside its scale-up domain, with what it passes on for others.
  public var inside: Bytes
  /// Over its network interface, with what it passes on for others; the mean of the ranks where a ring uses
  /// one interface of each domain.
  public var outside: Bytes
  /// The ranks of the domain that it talks to: how many, and how far apart.
  public var peers: RankGroup
  public var pace: LinkPace

  public init(inside: Bytes, outside: Bytes, peers: RankGroup, pace: LinkPace = .none) {
    self.inside = inside
    self.outside = outside
    self.peers = peers
    self.pace = pace
  }

  public static let none = LinkTraffic(
    inside: .zero, outside: .zero, peers: RankGroup(size: 1, stride: 1))

  /// Both, one after the other; the peers are those of the larger.
  public static func + (a: Self, b: Self) -> Self {
    Self(
      inside: a.inside + b.inside, outside: a.outside + b.outside,
      peers: a.inside >= b.inside ? a.peers : b.peers, pace: a.pace + b.pace)
  }

  public static func * (a: Self, factor: Double) -> Self {
    Self(
      inside: a.inside * factor, outside: a.outside * factor, peers: a.peers,
      pace: a.pace * factor)
  }

  /// The same bytes in so many times the time.
  func slowed(by factor: Double) -> Self {
    Self(inside: inside, outside: outside, peers: peers, pace: pace * factor)
  }
}

extension CommunicationModel {
  /// What a collective sends over each rank's links: the terms of `collective`'s formula in bytes.
  public func traffic(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) -> LinkTraffic {
    guard group.size > 1, payload > .zero else { return .none }
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let passes = kind == .allReduce ? 2.0 : 1
    let ring = { (ranks: Int) in payload * (passes * Double(ranks - 1) / Double(ranks)) }
    let peers = RankGroup(size: local, stride: group.stride)
    let hops = kind == .allToAll ? linkRate(peers) / exchangeRate(peers) : 1
    let outside: Bytes
    switch kind {
    case .allToAll:
      outside = payload * (Double(group.size - local) / Double(group.size) * networkHops(group))
    case .allGather, .reduceScatter, .allReduce: outside = ring(group.size) / Double(local)
    }
    return LinkTraffic(
      inside: ring(local) * hops, outside: local == group.size ? .zero : outside,
      peers: peers, pace: terms(kind, group: group, payload: payload)?.pace ?? .none)
  }

  /// What an expert exchange sends over each rank's links; the busiest rank's where loads differ.
  public func traffic(
    _ exchange: ExpertExchange, group: RankGroup, deduplicated: Bool
  ) -> LinkTraffic {
    let payload = plainPayload(exchange)
    guard deduplicated, let plain = terms(.allToAll, group: group, payload: payload),
      let own = ownExchange(exchange, group: group)
    else { return traffic(.allToAll, group: group, payload: payload) }
    let shape = shape(exchange, group: group)
    let peers = RankGroup(
      size: group.ranksPerDomain(of: fabric.scaleUp.domainSize), stride: group.stride)
    let hops = linkRate(peers) / exchangeRate(peers)
    return LinkTraffic(
      inside: shape.bytes * (shape.copiesInside * hops),
      outside: shape.bytes * (shape.copiesOutside * networkHops(group)), peers: peers,
      pace: plain.whole < own.whole ? plain.pace : own.pace)
  }

  /// The links between domains that a message of an all-to-all passes on average.
  func networkHops(_ group: RankGroup) -> Double {
    scaleOutHops(Double(group.domains(of: fabric.scaleUp.domainSize)))
  }

  /// What a send to the neighbour in a group puts on the sender's links.
  public func traffic(sending bytes: Bytes, group: RankGroup) -> LinkTraffic {
    guard group.size > 1 else { return .none }
    let staysInside = group.ranksPerDomain(of: fabric.scaleUp.domainSize) == group.size
    let time = transferTime(sending: bytes, group: group) ?? .zero
    return LinkTraffic(
      inside: staysInside ? bytes : .zero, outside: staysInside ? .zero : bytes,
      peers: RankGroup(size: staysInside ? 2 : 1, stride: group.stride),
      pace: LinkPace(
        whole: time, alone: time / (staysInside ? 1 : fabric.scaleOut?.crowding ?? 1),
        inside: staysInside ? time : .zero, outside: staysInside ? .zero : time))
  }
}
