import Glibc
public import Hardware
public import Parallelism
public import Units

/// The time of communication over a fabric: inside one scale-up domain by the measured curves of
/// the collective library, between domains by the alpha–beta model of one network interface a rank.
public struct CommunicationModel: Sendable {
  let fabric: Fabric
  let kernels: KernelModel
  let curves: KernelProfile
  /// Whether a ring over several domains uses one interface of each, whatever ranks it has there.
  let flatRings: Bool

  public init(
    fabric: Fabric, kernels: KernelModel, curves: KernelProfile, flatRings: Bool = false
  ) {
    self.fabric = fabric
    self.kernels = kernels
    self.curves = curves
    self.flatRings = flatRings
  }

  /// The rate between domains that one rank gets, after oversubscription.
  func interfaceRate(_ efficiency: Double) -> BytesPerSecond? {
    fabric.scaleOut.map { $0.rate * efficiency }
  }

  /// Returns the time of a collective of a group of ranks.
  ///
  /// Inside a domain the library's curve answers. Over `g` domains with `l` ranks of the group in
  /// each, a ring passes through every rank, and its `l` ranks share out the crossing between
  /// domains over their interfaces:
  /// ```
  /// wire  = (n − 1) / n · payload            (twice that for an all-reduce)
  /// inner = wire / (link · efficiency)
  /// outer = wire / (l · interface · efficiency)         (l = 1 where rings are flat)
  /// time  = max(inner, outer) + crossings · network latency + hops · link latency
  /// ```
  /// An all-to-all sends each rank's share of other domains, `(n − l) / n` of its payload, through
  /// its own interface. The ring of a gather or scatter crosses between domains `g − 1` times and
  /// hops inside them `n − g` times, which is what many small shards wait for; an all-reduce may use a
  /// tree of `2 ⌈log₂ g⌉` crossings. Assumes that nothing else uses the links.
  ///
  /// - Parameter payload: The whole buffer, as in NCCL's size column.
  /// - Returns: Nil where the group crosses domains and the fabric has no network.
  public func collective(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) -> Seconds? {
    guard group.size > 1, payload > .zero else { return .zero }
    return terms(kind, group: group, payload: payload)?.whole
  }

  /// The same with the part of it that links determine. More than one rank, more than no bytes.
  func terms(
    _ kind: CollectiveKind, group: RankGroup, payload: Bytes
  ) -> CommunicationTime? {
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let inDomain = RankGroup(size: local, stride: group.stride)
    let link = kind == .allToAll ? exchangeRate(inDomain) : ringRate(inDomain)
    let inner = kernels.collectiveTime(kind, ranks: local, payload: payload, link: link)
    if local == group.size { return inner }
    guard let network = fabric.scaleOut, let curve = curves.collectives[kind],
      let interface = interfaceRate(curve.scaleOutEfficiency)
    else { return nil }
    let ranks = Double(group.size)
    let inside = Double(local)
    let interfaces = flatRings ? 1 : inside
    let domains = Double(group.domains(of: fabric.scaleUp.domainSize))
    let wire = payload * (ranks - 1) / ranks * (kind == .allReduce ? 2 : 1)
    let outer: Seconds
    let crossings: Double
    var hops = 0.0
    switch kind {
    case .allToAll:
      outer = payload * ((ranks - inside) / ranks) / (interface / networkHops(group))
      crossings = 1
    case .allGather, .reduceScatter:
      outer = wire / (interface * interfaces)
      crossings = domains - 1
      hops = ranks - domains
    case .allReduce:
      outer = wire / (interface * interfaces)
      crossings = min(2 * (domains - 1), 2 * log2(domains).rounded(.up))
    }
    let latency =
      network.latency.value * crossings + fabric.scaleUp.latency.value * hops
    return CommunicationTime(
      whole: max(inner.whole, outer) + latency,
      pace: LinkPace(
        whole: max(inner.pace.whole, outer),
        alone: max(inner.pace.whole, outer / network.crowding), inside: inner.pace.inside,
        outside: outer))
  }

  /// The time in which a rank's fastest link carries the part of a buffer that the other ranks hold.
  func leastTime(group: RankGroup, payload: Bytes) -> Seconds {
    guard group.size > 1 else { return .zero }
    let away = payload * (Double(group.size - 1) / Double(group.size))
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let peers = RankGroup(size: local, stride: group.stride)
    let network = fabric.scaleOut?.bandwidth.value ?? .zero
    return away / (local > 1 ? max(linkRate(peers), network) : network)
  }

  /// Returns the time to send a buffer to the neighbour in a group, such as the next stage.
  public func send(_ bytes: Bytes, group: RankGroup) -> Seconds? {
    guard group.size > 1 else { return .zero }
    let staysInside = group.ranksPerDomain(of: fabric.scaleUp.domainSize) == group.size
    let latency = staysInside ? fabric.scaleUp.latency.value : fabric.scaleOut?.latency.value
    return transferTime(sending: bytes, group: group).map { $0 + (latency ?? .zero) }
  }

  /// The same without latency.
  func transferTime(sending bytes: Bytes, group: RankGroup) -> Seconds? {
    if group.ranksPerDomain(of: fabric.scaleUp.domainSize) == group.size {
      return bytes / sendRate(RankGroup(size: 2, stride: group.stride))
    }
    let efficiency = curves.collectives[.allGather]?.scaleOutEfficiency ?? 1
    return interfaceRate(efficiency).map { bytes / $0 }
  }
}
