/// Which ranks of a network hang on which leaf switch.
///
/// Leaves are filled in the order of ranks. In a rail network the ranks of one number in their domains share
/// a leaf: those of all domains, or of as many as a leaf has room for. Leaf `k · d + i` then serves the ranks
/// `i` of the `k`-th lot of domains of `d` ranks.
public struct LeafSwitches: Sendable {
  /// Ranks that a leaf has room for.
  public let room: Int
  public let count: Int
  /// Ranks of a domain, where each is on a leaf of its own; nil where a leaf takes them one after another.
  private let railed: Int?

  /// - Returns: Nil where the network has no leaf switches.
  public init?(_ fabric: Fabric, ranks: Int) {
    guard let network = fabric.scaleOut, network.kind != .torus else { return nil }
    let domain = fabric.scaleUp.domainSize
    if network.kind == .rail {
      let domains = (ranks + domain - 1) / domain
      room = network.leafRanks ?? domains
      count = (domains + room - 1) / room * domain
      railed = domain
    } else {
      room = network.leafRanks ?? domain
      count = (ranks + room - 1) / room
      railed = nil
    }
  }

  public func leaf(of rank: Int) -> Int {
    guard let railed else { return rank / room }
    return rank / railed / room * railed + rank % railed
  }
}
