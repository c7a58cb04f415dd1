public import Units

/// How ranks are wired: a fast domain inside, a network between domains.
///
/// Bandwidths are per rank and in one direction.
public struct Fabric: Sendable {
  public var id: String
  public var name: String
  public var scaleUp: ScaleUp
  /// Absent where the fabric ends at the domain.
  public var scaleOut: ScaleOut?
  /// Devices that are usually wired this way.
  public var devices: [String]

  public init(
    id: String, name: String, scaleUp: ScaleUp, scaleOut: ScaleOut?, devices: [String] = []
  ) {
    self.id = id
    self.name = name
    self.scaleUp = scaleUp
    self.scaleOut = scaleOut
    self.devices = devices
  }
}

/// The fast domain: the devices of one host, or of one supernode.
public struct ScaleUp: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Every rank reaches every other at its full rate.
    case switched
    /// A link for each pair of ranks: a rank's rate is split over its peers.
    case mesh
    /// Two neighbours each.
    case ring
    /// Neighbours along several axes.
    case torus
    /// PCI Express through the host.
    case host
  }

  public var kind: Kind
  /// What one rank sends to all its peers together.
  public var bandwidth: Sourced<BytesPerSecond>
  public var latency: Sourced<Seconds>
  /// Ranks in one domain.
  public var domainSize: Int
  /// Ranks next to each other that share one link to all others, of a `host`; 1 where none do.
  public var uplinkSharers: Int
  /// Dimensions of a torus; a ring has one.
  public var axes: Int

  public init(
    kind: Kind, bandwidth: Sourced<BytesPerSecond>, latency: Sourced<Seconds>, domainSize: Int,
    uplinkSharers: Int = 1, axes: Int? = nil
  ) {
    self.kind = kind
    self.bandwidth = bandwidth
    self.latency = latency
    self.domainSize = domainSize
    self.uplinkSharers = uplinkSharers
    self.axes = axes ?? (kind == .torus ? 3 : 1)
  }
}

/// The network between domains.
public struct ScaleOut: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A leaf switch for each local rank number: ranks of one number reach each other in one hop.
    case rail
    case fatTree = "fat-tree"
    case torus
    case dragonfly
  }

  public var kind: Kind
  /// The network interface's rate for one rank.
  public var bandwidth: Sourced<BytesPerSecond>
  public var latency: Sourced<Seconds>
  /// Leaf down-link capacity ÷ up-link capacity; 1 is non-blocking.
  public var oversubscription: Sourced<Double>
  /// Up-link capacity of all leaves ÷ what the spine behind them carries; nil is non-blocking.
  public var spineOversubscription: Sourced<Double>?
  /// Ranks next to each other that share one interface; `bandwidth` is what each has while all use it.
  public var interfaceSharers: Int
  /// Ranks on one leaf switch; nil is one domain, in a rail network one rank of every domain.
  public var leafRanks: Int?

  public init(
    kind: Kind, bandwidth: Sourced<BytesPerSecond>, latency: Sourced<Seconds>,
    oversubscription: Sourced<Double>, spineOversubscription: Sourced<Double>? = nil,
    interfaceSharers: Int = 1, leafRanks: Int? = nil
  ) {
    self.kind = kind
    self.bandwidth = bandwidth
    self.latency = latency
    self.oversubscription = oversubscription
    self.spineOversubscription = spineOversubscription
    self.interfaceSharers = interfaceSharers
    self.leafRanks = leafRanks
  }

  /// What one rank gets between domains while all communicate, after oversubscription of leaf and spine.
  public var rate: BytesPerSecond {
    bandwidth.value * (1 / (oversubscription.value * (spineOversubscription?.value ?? 1)))
  }

  /// What one rank gets while no other communicates ÷ that: a whole interface, and room on leaf and spine.
  public var crowding: Double { bandwidth.value * Double(interfaceSharers) / rate }
}
