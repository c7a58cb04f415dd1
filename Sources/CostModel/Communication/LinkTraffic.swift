public import Hardware
public import Parallelism
public import Units

/// What a communication sends over the links of one rank, in one direction.
public struct LinkTraffic: Hashable, Sendable {
  /// Over the rank's links inside its scale-up domain, with what it passes on for others.
  public var inside: Bytes
  /// Over its network interface.
  public var outside: Bytes
  /// The ranks of the domain that it talks to: how many, and how far apart.
  public var peers: RankGroup

  public init(inside: Bytes, outside: Bytes, peers: RankGroup) {
    self.inside = inside
    self.outside = outside
    self.peers = peers
  }

  public static let none = LinkTraffic(
    inside: .zero, outside: .zero, peers: RankGroup(size: 1, stride: 1))

  /// Both, one after the other; the peers are those of the larger.
  public static func + (a: Self, b: Self) -> Self {
    Self(
      inside: a.inside + b.inside, outside: a.outside + b.outside,
      peers: a.inside >= b.inside ? a.peers : b.peers)
  }

  public static func * (a: Self, factor: Double) -> Self {
    Self(inside: a.inside * factor, outside: a.outside * factor, peers: a.peers)
  }
}

extension CommunicationModel {
  /// What a collective sends over each rank's links: the terms of `collective`'s formula in bytes.
  public func traffic(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) -> LinkTraffic {
    guard group.size > 1 else { return .none }
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let passes = kind == .allReduce ? 2.0 : 1
    let ring = { (ranks: Int) in payload * (passes * Double(ranks - 1) / Double(ranks)) }
    let peers = RankGroup(size: local, stride: group.stride)
    let hops = kind == .allToAll ? linkRate(ranks: local) / exchangeRate(peers) : 1
    let outside: Bytes
    switch kind {
    case .allToAll: outside = payload * (Double(group.size - local) / Double(group.size))
    case .allGather, .reduceScatter, .allReduce: outside = ring(group.size) / Double(local)
    }
    return LinkTraffic(
      inside: ring(local) * hops, outside: local == group.size ? .zero : outside,
      peers: peers)
  }

  /// What an expert exchange sends over each rank's links; the busiest rank's where loads differ.
  public func traffic(
    _ exchange: ExpertExchange, group: RankGroup, deduplicated: Bool
  ) -> LinkTraffic {
    guard deduplicated else {
      return traffic(.allToAll, group: group, payload: plainPayload(exchange))
    }
    let shape = shape(exchange, group: group)
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let peers = RankGroup(size: local, stride: group.stride)
    let hops = linkRate(ranks: local) / exchangeRate(peers)
    return LinkTraffic(
      inside: shape.bytes * (shape.copiesInside * hops),
      outside: shape.bytes * shape.copiesOutside, peers: peers)
  }

  /// What a send to the neighbour in a group puts on the sender's links.
  public func traffic(sending bytes: Bytes, group: RankGroup) -> LinkTraffic {
    guard group.size > 1 else { return .none }
    let staysInside = group.ranksPerDomain(of: fabric.scaleUp.domainSize) == group.size
    return LinkTraffic(
      inside: staysInside ? bytes : .zero, outside: staysInside ? .zero : bytes,
      peers: RankGroup(size: staysInside ? 2 : 1, stride: group.stride))
  }
}
