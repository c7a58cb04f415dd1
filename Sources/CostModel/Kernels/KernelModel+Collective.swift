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
    collectiveTime(kind, ranks: ranks, payload: payload, link: link).whole
  }

  /// The same with the part of it that the link determines.
  func collectiveTime(
    _ kind: CollectiveKind, ranks: Int, payload: Bytes, link: BytesPerSecond
  ) -> CommunicationTime {
    guard ranks > 1, payload.value > 0 else { return CommunicationTime(whole: .zero, pace: .none) }
    guard let curve = profile.collectives[kind] else {
      preconditionFailure("kernel profile \(profile.id) has no \(kind.rawValue) curve")
    }
    let steps = Double(ranks - 1)
    let passes = kind == .allReduce ? 2.0 : 1.0
    let crowd = pow(Double(ranks) / 2, curve.crowding)
    let wire = payload * (passes * steps / Double(ranks) * crowd)
    let times = curve.protocols.map { each in
      (latency: each.latency + each.latencyPerStep * steps, wire: wire / (link * each.efficiency))
    }
    guard let quickest = times.min(by: { $0.latency + $0.wire < $1.latency + $1.wire }) else {
      preconditionFailure("kernel profile \(profile.id) has no protocol for \(kind.rawValue)")
    }
    let correction = curve.correction?.factor { variable in
      switch variable {
      case .payload: payload.value
      case .ranks: Double(ranks)
      default: preconditionFailure("a collective has no \(variable.rawValue)")
      }
    }
    let onWire = quickest.wire * (correction ?? 1)
    return CommunicationTime(
      whole: (quickest.latency + quickest.wire) * (correction ?? 1),
      pace: LinkPace(whole: onWire, inside: onWire, outside: .zero))
  }
}
