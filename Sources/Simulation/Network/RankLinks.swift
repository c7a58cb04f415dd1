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
/// | uplink | the rank's part of its leaf switch's links to the spine |
/// | spine | the rank's part of what the spine carries |
///
/// All ranks of a step communicate alike, so a part of a link that ranks share is a link of its own.
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

  var count: Int { inside + 5 }
  private var out: Int { inside }
  private var arriving: Int { inside + 1 }
  private var uplink: Int { inside + 2 }
  private var spine: Int { inside + 3 }
  /// The way in through a rank's one port. Links to peers and neighbours belong to who sends over them.
  private var portIn: Int? { inside == 1 ? inside + 4 : nil }

  /// What is left of the capacity of each link of a rank.
  func capacities(_ speeds: LinkSpeeds) -> [Double] {
    Array(repeating: speeds.scaleUp, count: inside)
      + [speeds.interface, speeds.interface, 1, 1, speeds.scaleUp]
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
    guard pace.whole > .zero else { return [] }
    var uses: [FlowNetwork.Use] = []
    if pace.inside > .zero {
      let share = pace.inside / pace.whole
      uses += links.map { use($0, of: sender, share) }
      if let portIn { uses.append(use(portIn, of: receiver, share)) }
    }
    if pace.outside > .zero, let scaleOut {
      // The pace is that of the narrowest level.
      let narrowest = pace.outside / pace.whole
      let share = narrowest * (scaleOut.rate / scaleOut.bandwidth.value)
      uses += [use(out, of: sender, share), use(arriving, of: receiver, share)]
      let leaf = share * scaleOut.oversubscription.value
      if leaf > share { uses.append(use(uplink, of: sender, leaf)) }
      if narrowest > leaf * (1 + 1e-9) { uses.append(use(spine, of: sender, narrowest)) }
    }
    return uses
  }

  private func use(_ link: Int, of rank: Int, _ share: Double) -> FlowNetwork.Use {
    FlowNetwork.Use(link: Int32(rank * count + link), share: min(1, share))
  }
}
