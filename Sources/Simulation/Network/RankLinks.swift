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
/// | scale-up | one port, out and in; in a mesh one link to each rank of the domain, in a ring or torus two for each axis |
/// | interface | one out and one in |
///
/// What several ranks share stands in `SharedLevel`.
struct RankLinks {
  private let scaleUp: ScaleUp
  private let scaleOut: ScaleOut?
  /// Links of one rank inside its domain.
  private let inside: Int

  init(_ fabric: Fabric) {
    scaleUp = fabric.scaleUp
    scaleOut = fabric.scaleOut
    switch fabric.scaleUp.kind {
    case .switched, .host: inside = 1
    case .mesh: inside = max(1, fabric.scaleUp.domainSize - 1)
    case .ring, .torus: inside = 2 * fabric.scaleUp.axes
    }
  }

  var count: Int { inside + 3 }
  private var out: Int { inside }
  private var arriving: Int { inside + 1 }
  /// The way in through a rank's one port. Links to peers and neighbours belong to who sends over them.
  private var portIn: Int? { inside == 1 ? inside + 2 : nil }

  /// What is left of the capacity of each link of a rank.
  func capacities(_ speeds: LinkSpeeds) -> [Double] {
    Array(repeating: speeds.scaleUp, count: inside)
      + [speeds.interface, speeds.interface, speeds.scaleUp]
  }

  /// The shares of a rank's links that a communication uses from its first byte to its last, while it runs
  /// alone.
  func uses(_ traffic: LinkTraffic, of rank: Int) -> [FlowNetwork.Use] {
    uses(traffic, over: linksInside(traffic.peers), from: rank, to: rank)
  }

  /// The same for a send from one rank to another, which goes one way round each axis.
  func uses(
    sending traffic: LinkTraffic, from sender: Int, to receiver: Int
  ) -> [FlowNetwork.Use] {
    let links = linksInside(traffic.peers)
    let ways = scaleUp.kind == .ring || scaleUp.kind == .torus
    let oneWay = ways ? links.filter { $0 % 2 == (sender < receiver ? 0 : 1) } : links
    return uses(traffic, over: oneWay, from: sender, to: receiver)
  }

  /// The links inside the domain over which a rank reaches its peers.
  private func linksInside(_ peers: RankGroup) -> [Int] {
    switch scaleUp.kind {
    case .switched, .host: [0]
    // Peers that lie `stride`, 2 · `stride`, ... further on.
    case .mesh: (1..<max(2, peers.size)).map { ($0 * peers.stride - 1) % inside }
    case .ring, .torus: scaleUp.axes(of: peers).flatMap { [2 * $0, 2 * $0 + 1] }
    }
  }

  private func uses(
    _ traffic: LinkTraffic, over links: [Int], from sender: Int, to receiver: Int
  ) -> [FlowNetwork.Use] {
    let pace = traffic.pace
    guard pace.alone > .zero else { return [] }
    var uses: [FlowNetwork.Use] = []
    if pace.inside > .zero {
      let share = pace.inside / pace.alone
      uses += links.map { use($0, of: sender, share) }
      if let portIn { uses.append(use(portIn, of: receiver, share)) }
    }
    let outside = outside(traffic)
    if outside > 0 {
      uses += [use(out, of: sender, outside), use(arriving, of: receiver, outside)]
    }
    return uses
  }

  /// The part of the time of a communication that is alone in which it uses the interface.
  func outside(_ traffic: LinkTraffic) -> Double {
    guard let scaleOut, traffic.pace.outside > .zero else { return 0 }
    return traffic.pace.outside / scaleOut.crowding / traffic.pace.alone
  }

  private func use(_ link: Int, of rank: Int, _ share: Double) -> FlowNetwork.Use {
    FlowNetwork.Use(link: Int32(rank * count + link), share: min(1, share))
  }
}
