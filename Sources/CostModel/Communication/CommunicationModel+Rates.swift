import Glibc
import Hardware
import Parallelism
import Units

/// What one rank can send over the links of its domain, by how the domain is wired.
///
/// Ranks of a `host` may share an uplink: cards behind one switch of the host's PCI Express tree. All
/// ranks of the domain communicate at the same time, each group like the one that is asked about.
extension CommunicationModel {
  /// What a rank can send to the ranks of a group.
  ///
  /// A switch gives the full rate to any number of ranks. In a mesh each peer has a link of its own, so a
  /// group reaches only its share of the links; in a torus it uses the two links of each axis along which it
  /// lies.
  func linkRate(_ group: RankGroup) -> BytesPerSecond {
    let scaleUp = fabric.scaleUp
    switch scaleUp.kind {
    case .switched, .host: return scaleUp.bandwidth.value
    case .mesh:
      guard scaleUp.domainSize > 1 else { return scaleUp.bandwidth.value }
      let peers = Double(max(1, min(group.size, scaleUp.domainSize) - 1))
      return scaleUp.bandwidth.value * (peers / Double(scaleUp.domainSize - 1))
    case .ring, .torus:
      return scaleUp.bandwidth.value
        * (Double(scaleUp.axes(of: group).count) / Double(scaleUp.axes))
    }
  }

  /// When a rank sends to one neighbour: one way round an axis of a ring or torus.
  func sendRate(_ group: RankGroup) -> BytesPerSecond {
    let isRing = fabric.scaleUp.kind == .ring || fabric.scaleUp.kind == .torus
    return ringRate(group) * (isRing && fabric.scaleUp.domainSize > 2 ? 0.5 : 1)
  }

  /// When each rank of a group sends to its neighbour.
  ///
  /// The ring of neighbours leaves each uplink once. Ranks `stride` apart leave theirs each time, and
  /// so do the rings of the groups between them: `min(sharers, stride)` share it.
  func ringRate(_ group: RankGroup) -> BytesPerSecond {
    let sharers = min(fabric.scaleUp.uplinkSharers, group.stride)
    return linkRate(group) * (1 / Double(max(1, sharers)))
  }

  /// When every rank of a group sends to every other.
  ///
  /// On a ring a message passes n/4 links on average, on a torus d/4 · n^(1/d), where the group lies along
  /// `d` axes; each passage takes its share of the same links. Of `s` ranks that share an uplink
  /// `q = s / stride` belong to the group, and each sends the part `(n − q) / (n − 1)` over it:
  /// ```
  /// rate = link · min(1, (n − 1) / (s (n − q)))
  /// ```
  func exchangeRate(_ group: RankGroup) -> BytesPerSecond {
    let ranks = Double(group.size)
    let hops: Double
    switch fabric.scaleUp.kind {
    case .switched, .mesh: hops = 1
    case .ring, .torus:
      let axes = Double(fabric.scaleUp.axes(of: group).count)
      hops = axes / 4 * pow(ranks, 1 / axes)
    case .host:
      let sharers = Double(fabric.scaleUp.uplinkSharers)
      let own = min(ranks, max(1, sharers / Double(group.stride)))
      hops = group.size > 1 ? sharers * (ranks - own) / (ranks - 1) : 1
    }
    return linkRate(group) * (1 / max(1, hops))
  }

  /// The links between domains that a message passes on average when every domain sends to every other:
  /// on a torus of three axes 3 ∛g / 4. Rail, fat-tree and dragonfly networks carry any traffic at the
  /// interface's rate over their oversubscription.
  func scaleOutHops(_ domains: Double) -> Double {
    fabric.scaleOut?.kind == .torus ? max(1, 0.75 * cbrt(domains)) : 1
  }
}
