import Foundation
import Hardware
public import Units

extension KernelModel {
  /// Returns the time of one dispatch or combine, the busiest rank's, by the formula of
  /// `ExchangePhaseCurve`.
  ///
  /// - Parameters:
  ///   - link: The scale-up rate of one rank, one direction.
  ///   - interface: The network interface's rate of one rank; nil inside one domain.
  public func exchange(
    _ shape: ExchangeShape, link: BytesPerSecond, interface: BytesPerSecond?
  ) -> Seconds {
    exchangeTime(shape, link: link, interface: interface).whole
  }

  /// The same with the part of it that links determine.
  func exchangeTime(
    _ shape: ExchangeShape, link: BytesPerSecond, interface: BytesPerSecond?
  ) -> CommunicationTime {
    guard shape.ranks > 1, shape.tokens > 0 else {
      return CommunicationTime(whole: .zero, pace: .none)
    }
    let curve = exchangeCurve(shape)
    let units = shape.computeUnits ?? profile.exchange.computeUnits
    let inside = shape.bytes * shape.copiesInside / (link * curve.scaleUpEfficiency)
    var outside = Seconds.zero
    if let interface, shape.copiesOutside > 0 {
      outside = shape.bytes * shape.copiesOutside / (interface * curve.scaleOutEfficiency)
    }
    let copying = curve.copying.map { copyTime(shape, $0, units: units) } ?? .zero
    let slowest = max(copying, inside, outside)
    guard slowest > .zero else { return CommunicationTime(whole: curve.launch, pace: .none) }
    let parts = [copying, inside, outside].map { pow($0 / slowest, curve.blend) }
    let core = slowest * pow(parts.reduce(0, +), 1 / curve.blend)
    let correction = curve.corrections.reduce(1) { product, grid in
      product * grid.factor { shape.variable($0, units: units) }
    }
    return CommunicationTime(
      whole: (curve.launch + core) * correction,
      pace: LinkPace(whole: core, inside: inside, outside: outside) * correction)
  }

  private func exchangeCurve(_ shape: ExchangeShape) -> ExchangePhaseCurve {
    let curves = profile.exchange
    switch (shape.phase, shape.domains > 1) {
    case (.dispatch, false): return curves.dispatch
    case (.combine, false): return curves.combine
    case (.dispatch, true): return curves.dispatchBetweenDomains ?? curves.dispatch
    case (.combine, true): return curves.combineBetweenDomains ?? curves.combine
    }
  }

  private func copyTime(
    _ shape: ExchangeShape, _ cost: ExchangePhaseCurve.CopyCost, units: Double
  ) -> Seconds {
    let moved = shape.bytes * (1 + cost.copyShare * shape.ranksVisited) / cost.unitRate
    let handled = (cost.perToken + cost.perChoice * shape.topK) * (shape.tokens * shape.imbalance)
    return (moved + handled) / pow(units, cost.unitExponent)
  }
}
