import Hardware
import Glibc
public import Parallelism
public import Units

extension CommunicationModel {
  /// Returns the time to send a rank's tokens to their experts, or to bring the results back.
  ///
  /// A token of a rank goes to `k` experts spread over the group. Without deduplication a copy
  /// travels for each expert. With it, one copy goes to each domain that holds any of them, and is
  /// copied on inside:
  /// ```
  /// copies out    = expected number of other domains among k experts
  /// copies inside = expected number of other ranks of a domain that hold one of them
  /// time = launch + max(inner bytes / link, outer bytes / interface)
  /// ```
  /// The expected number of distinct places among `k` draws without replacement from `E` experts
  /// spread evenly over `p` places is `p (1 − C(E − E/p, k) / C(E, k))`.
  public func exchange(
    _ exchange: ExpertExchange, group: RankGroup, deduplicated: Bool
  ) -> Seconds? {
    guard group.size > 1 else { return .zero }
    let local = group.ranksPerDomain(of: fabric.scaleUp.domainSize)
    let domains = group.domains(of: fabric.scaleUp.domainSize)
    let routes = ExchangeRoutes(
      exchange: exchange, ranks: group.size, domains: domains, deduplicated: deduplicated)
    let row = Bytes(exchange.bytesPerElement * Double(exchange.hidden))
    let curve = curves.exchange
    let inner =
      row * (exchange.tokens * routes.copiesInside)
      / (linkRate(ranks: local) * curve.scaleUpEfficiency)
    guard domains > 1 else { return curve.launch + inner }
    guard let network = fabric.scaleOut, let interface = interfaceRate(curve.scaleOutEfficiency)
    else { return nil }
    let outer = row * (exchange.tokens * routes.copiesOut) / interface
    return curve.launch + network.latency.value + max(inner, outer)
  }
}

/// How many copies of a token cross which level, on average.
struct ExchangeRoutes {
  /// Copies that leave the rank's domain.
  var copiesOut: Double
  /// Copies that a rank sends to other ranks inside its domain.
  var copiesInside: Double

  init(exchange: ExpertExchange, ranks: Int, domains: Int, deduplicated: Bool) {
    let experts = Double(exchange.experts)
    let k = Double(exchange.topK)
    let groups = Double(domains)
    let perDomain = Double(ranks) / groups
    guard deduplicated else {
      copiesOut = k * (groups - 1) / groups
      copiesInside = k * (perDomain - 1) / Double(ranks)
      return
    }
    let visited = min(
      distinctPlaces(groups, experts: experts, draws: k),
      Double(exchange.groupLimit ?? domains))
    copiesOut = visited * (groups - 1) / groups
    // Every copy that a domain receives, from its own ranks or from outside, is passed on once to
    // each of its ranks that holds an expert of the token.
    let ranksVisited =
      groups > 1
      ? visited * distinctPlaces(perDomain, experts: experts / groups, draws: k / visited)
      : distinctPlaces(Double(ranks), experts: experts, draws: k)
    copiesInside = ranksVisited * (perDomain - 1) / perDomain
  }
}

/// The expected number of distinct places that `draws` of `experts` fall on, when the experts are
/// spread evenly over `places`. A fractional number of draws is an average, for which the chance of
/// missing a place is (1 − 1/places) to that power.
func distinctPlaces(_ places: Double, experts: Double, draws: Double) -> Double {
  guard places > 1 else { return 1 }
  guard draws == draws.rounded(), experts >= draws else {
    return places * (1 - pow(1 - 1 / places, draws))
  }
  let perPlace = experts / places
  var missed = 1.0
  for draw in 0..<Int(draws) {
    missed *= max(0, experts - perPlace - Double(draw)) / (experts - Double(draw))
  }
  return places * (1 - missed)
}
