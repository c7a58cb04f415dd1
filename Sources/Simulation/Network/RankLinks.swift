import CostModel
import Hardware
import Parallelism
import Units

/// What is left of the rates of a rank's links; 1 is sound.
struct LinkSpeeds: Hashable {
  var interface = 1.0
  /// All links inside the domain.
  var scaleUp = 1.0

  /// The slower of each.
  func slowest(_ other: Self) -> Self {
    Self(interface: min(interface, other.interface), scaleUp: min(scaleUp, other.scaleUp))
  }
}

/// The links of one rank, and the shares of them that a communication uses.
///
/// | link | which |
/// |---|---|
/// | scale-up | one port; in a mesh one link to each rank of the domain |
/// | interface | one out and one in |
/// | uplink | the rank's part of its leaf switch's links to the spine |
///
/// Behind the uplinks the spine has as much as all of them: it never is the narrowest.
struct RankLinks {
  /// Links of one rank inside its domain.
  private let inside: Int
  private let isMesh: Bool
  private let scaleUp: ScaleUp
  private let scaleOut: ScaleOut?

  init(_ fabric: Fabric) {
    scaleUp = fabric.scaleUp
    scaleOut = fabric.scaleOut
    isMesh = fabric.scaleUp.kind == .mesh && fabric.scaleUp.domainSize > 1
    inside = isMesh ? fabric.scaleUp.domainSize - 1 : 1
  }

  var count: Int { inside + 3 }
  private var out: Int { inside }
  private var arriving: Int { inside + 1 }
  private var uplink: Int { inside + 2 }

  /// What is left of the capacity of each link of a rank.
  func capacities(_ speeds: LinkSpeeds) -> [Double] {
    Array(repeating: speeds.scaleUp, count: inside) + [speeds.interface, speeds.interface, 1]
  }

  /// The shares of a rank's links that a communication uses while it runs alone.
  ///
  /// - Parameter time: How long it takes then.
  func uses(_ traffic: LinkTraffic, lasting time: Seconds, of rank: Int) -> [FlowNetwork.Use] {
    insideUses(traffic, lasting: time, of: rank)
      + outsideUses(traffic, lasting: time, [(out, rank), (arriving, rank)], uplinkOf: rank)
  }

  /// The same for a send from one rank to another.
  func uses(
    _ traffic: LinkTraffic, lasting time: Seconds, from sender: Int, to receiver: Int
  ) -> [FlowNetwork.Use] {
    insideUses(traffic, lasting: time, of: sender)
      + outsideUses(
        traffic, lasting: time, [(out, sender), (arriving, receiver)], uplinkOf: sender)
  }

  private func insideUses(
    _ traffic: LinkTraffic, lasting time: Seconds, of rank: Int
  ) -> [FlowNetwork.Use] {
    guard traffic.inside > .zero, time > .zero else { return [] }
    let peers = traffic.peers
    guard isMesh else {
      return [use(0, of: rank, traffic.inside / (scaleUp.bandwidth.value * time))]
    }
    // Peers that lie `stride`, 2 · `stride`, ... further on.
    let each = traffic.inside / Double(max(1, peers.size - 1))
    let link = scaleUp.bandwidth.value / Double(inside)
    return (1..<max(2, peers.size)).map {
      use(($0 * peers.stride - 1) % inside, of: rank, each / (link * time))
    }
  }

  private func outsideUses(
    _ traffic: LinkTraffic, lasting time: Seconds, _ ends: [(link: Int, rank: Int)],
    uplinkOf sender: Int
  ) -> [FlowNetwork.Use] {
    guard traffic.outside > .zero, time > .zero, let scaleOut else { return [] }
    let share = traffic.outside / (scaleOut.bandwidth.value * time)
    var uses = ends.map { use($0.link, of: $0.rank, share) }
    if scaleOut.oversubscription.value > 1 {
      uses.append(use(uplink, of: sender, share * scaleOut.oversubscription.value))
    }
    return uses
  }

  /// Nothing runs above a link's rate, whatever a fitted curve says.
  private func use(_ link: Int, of rank: Int, _ share: Double) -> FlowNetwork.Use {
    FlowNetwork.Use(link: Int32(rank * count + link), share: min(1, share))
  }
}
