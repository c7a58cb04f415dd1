import Hardware
public import Parallelism
public import Units

extension CommunicationModel {
  /// Returns the time to send a rank's tokens to their experts, or to bring the results back.
  ///
  /// A stack whose dispatcher sends a token once to a place with several of its experts uses kernels
  /// of its own (`ExchangeCurve`). Any other is an all-to-all of the collective library on a buffer
  /// with a copy of the token for each of its experts; it stays open to all stacks, and is the quicker
  /// one where a large domain's links are ample. The busiest rank receives `load` times the mean.
  ///
  /// - Parameters:
  ///   - exchange: The tokens of one rank.
  ///   - group: The ranks that share the experts.
  /// - Returns: Nil where the group crosses domains and the fabric has no network.
  public func exchange(
    _ exchange: ExpertExchange, group: RankGroup, deduplicated: Bool
  ) -> Seconds? {
    let plain = collective(.allToAll, group: group, payload: plainPayload(exchange))
    guard deduplicated, let plain, let own = ownExchange(exchange, group: group) else {
      return plain
    }
    return min(plain, own.whole)
  }

  /// By the stack's own kernels.
  func ownExchange(_ exchange: ExpertExchange, group: RankGroup) -> CommunicationTime? {
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let interface = fabric.scaleOut.map { $0.rate * (1 / networkHops(group)) }
    if local < group.size && interface == nil { return nil }
    let shape = shape(exchange, group: group)
    let link = exchangeRate(RankGroup(size: local, stride: group.stride))
    var time = kernels.exchangeTime(shape, link: link, interface: interface)
    if let crowding = fabric.scaleOut?.crowding, crowding > 1, let interface {
      time.pace.alone =
        kernels.exchangeTime(shape, link: link, interface: interface * crowding).pace.whole
    }
    if local < group.size { time.whole += fabric.scaleOut?.latency.value ?? .zero }
    return time
  }

  /// The buffer of a plain all-to-all: a copy of a token for each of its experts.
  func plainPayload(_ exchange: ExpertExchange) -> Bytes {
    let copies = exchange.tokens * Double(exchange.topK) * exchange.load
    return Bytes(exchange.bytesPerElement * Double(exchange.hidden) * copies)
  }

  /// The exchange as the kernels' curves know it.
  func shape(_ exchange: ExpertExchange, group: RankGroup) -> ExchangeShape {
    ExchangeShape(
      phase: exchange.combines ? .combine : .dispatch, tokens: exchange.tokens,
      hidden: Double(exchange.hidden), elementSize: Bytes(exchange.bytesPerElement),
      topK: Double(exchange.topK), ranks: group.size,
      ranksPerDomain: group.ranksPerDomain(of: fabric.scaleUp.domainSize),
      domainLimit: exchange.groupLimit.map(Double.init), imbalance: exchange.load)
  }
}
