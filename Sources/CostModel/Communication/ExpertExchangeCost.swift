import Hardware
public import Parallelism
public import Units

extension CommunicationModel {
  /// Returns the time to send a rank's tokens to their experts, or to bring the results back.
  ///
  /// - Parameters:
  ///   - exchange: The tokens of one rank.
  ///   - group: The ranks that share the experts.
  ///   - deduplicated: Whether a token travels once to a place that holds several of its experts.
  /// - Returns: Nil where the group crosses domains and the fabric has no network.
  public func exchange(
    _ exchange: ExpertExchange, group: RankGroup, deduplicated: Bool
  ) -> Seconds? {
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let interface = fabric.scaleOut.map { $0.bandwidth.value / $0.oversubscription.value }
    if local < group.size && interface == nil { return nil }
    let shape = ExchangeShape(
      phase: exchange.combines ? .combine : .dispatch, tokens: exchange.tokens,
      hidden: Double(exchange.hidden), elementSize: Bytes(exchange.bytesPerElement),
      topK: Double(exchange.topK), ranks: group.size, ranksPerDomain: local,
      domainLimit: exchange.groupLimit.map(Double.init), deduplicated: deduplicated)
    let time = kernels.exchange(shape, link: linkRate(ranks: local), interface: interface)
    let latency = local < group.size ? fabric.scaleOut?.latency.value : nil
    return time + (latency ?? .zero)
  }
}
