import Hardware

/// The links of one kind that several ranks share: interfaces of two and more ranks, the uplinks of leaf
/// switches, the spine.
///
/// Links that carry all that the interfaces of their ranks do can hold nobody up and are left out.
struct SharedLevel {
  private enum Kind {
    case interfaces(domain: Int, sharers: Int)
    case uplinks(LeafSwitches)
    case spine

    func link(of rank: Int) -> Int {
      switch self {
      case .interfaces(let domain, let sharers):
        let interfaces = (domain + sharers - 1) / sharers
        return rank / domain * interfaces + rank % domain / sharers
      case .uplinks(let leaves): return leaves.leaf(of: rank)
      case .spine: return 0
      }
    }
  }

  private let kind: Kind
  /// What a sound link carries ÷ what one rank sends over it that no other is in the way of.
  let width: Double
  /// Of links that are slower than they should be, what is left.
  private let speeds: [Int: Double]
  /// Whether only these can hold anybody up.
  private let isAmple: Bool

  private init(_ kind: Kind, width: Double, speeds: [Int: Double] = [:], isAmple: Bool = false) {
    self.kind = kind
    self.width = width
    self.speeds = speeds
    self.isAmple = isAmple
  }

  /// The levels of a fabric at which ranks are in each other's way.
  ///
  /// - Parameters:
  ///   - ranks: Of the whole fleet.
  ///   - rails: What is left of all interfaces where rails are missing, and of the uplinks that go with them.
  static func levels(
    of fabric: Fabric, _ condition: FabricCondition, ranks: Int, rails: Double
  ) -> [Self] {
    guard let network = fabric.scaleOut else { return [] }
    let sharers = Double(network.interfaceSharers)
    let oversubscription = network.oversubscription.value
    var levels: [Self] = []
    if network.interfaceSharers > 1 {
      let kind = Kind.interfaces(
        domain: fabric.scaleUp.domainSize, sharers: network.interfaceSharers)
      let slow = condition.slowInterfaces.map { (kind.link(of: $0.rank), $0.speed) }
      levels.append(Self(kind, width: rails, speeds: slowest(slow)))
    }
    if let leaves = LeafSwitches(fabric, ranks: ranks) {
      let slow = slowest(condition.slowUplinks.map { ($0.leaf, $0.speed) })
      if oversubscription > 1 || !slow.isEmpty {
        levels.append(
          Self(
            .uplinks(leaves), width: rails * Double(leaves.room) / (oversubscription * sharers),
            speeds: slow, isAmple: oversubscription <= 1))
      }
    }
    if let narrowing = network.spineOversubscription?.value, narrowing > 1 {
      levels.append(
        Self(.spine, width: rails * Double(ranks) / (oversubscription * narrowing * sharers)))
    }
    return levels
  }

  private static func slowest(_ links: [(link: Int, speed: Double)]) -> [Int: Double] {
    Dictionary(links.map { ($0.link, $0.speed) }, uniquingKeysWith: min)
  }

  /// The link that serves a rank; nil where it can hold nobody up.
  func link(of rank: Int) -> Int? {
    let link = kind.link(of: rank)
    return isAmple && speeds[link] == nil ? nil : link
  }

  func speed(of link: Int) -> Double { speeds[link] ?? 1 }
}
