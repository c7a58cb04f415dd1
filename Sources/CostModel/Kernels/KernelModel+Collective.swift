import Foundation
public import Hardware
public import Units

extension KernelModel {
  /// Returns the time of a collective inside one domain, by the formula of `CollectiveCurve`.
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
    let crowd = pow(Double(ranks) / 2, curve.crowding)
    let wire = payload * (passes * steps / Double(ranks) * crowd)
    let times = curve.protocols.map { each in
      each.latency + each.latencyPerStep * steps + wire / (link * each.efficiency)
    }
    guard let quickest = times.min() else {
      preconditionFailure("kernel profile \(profile.id) has no protocol for \(kind.rawValue)")
    }
    let correction = curve.correction?.factor { variable in
      switch variable {
      case .payload: payload.value
      case .ranks: Double(ranks)
      default: preconditionFailure("a collective has no \(variable.rawValue)")
      }
    }
    return quickest * (correction ?? 1)
  }
}
