/// What is wrong with a fabric while a step runs. A sound one has nothing to tell.
public struct FabricCondition: Hashable, Sendable {
  /// Links of a rank that are slower than they should be.
  public struct SlowLink: Hashable, Sendable {
    /// The rank that they serve, counted from 0.
    public var rank: Int
    /// What is left of their rate, above 0 and at most 1.
    public var speed: Double

    public init(rank: Int, speed: Double) {
      self.rank = rank
      self.speed = speed
    }
  }

  /// Links of a leaf switch that are slower than they should be.
  public struct SlowUplink: Hashable, Sendable {
    /// The leaf, counted from 0 in the order of ranks.
    public var leaf: Int
    /// What is left of the rate of its links to other leaves, above 0 and at most 1.
    public var speed: Double

    public init(leaf: Int, speed: Double) {
      self.leaf = leaf
      self.speed = speed
    }
  }

  /// Network interfaces.
  public var slowInterfaces: [SlowLink]
  /// Links inside the scale-up domain, all those of a rank.
  public var slowScaleUp: [SlowLink]
  /// Links of leaf switches to each other.
  public var slowUplinks: [SlowUplink]
  /// Rails of a rail network that are down: their ranks share the rails that are left.
  public var missingRails: Int

  public init(
    slowInterfaces: [SlowLink] = [], slowScaleUp: [SlowLink] = [],
    slowUplinks: [SlowUplink] = [], missingRails: Int = 0
  ) {
    self.slowInterfaces = slowInterfaces
    self.slowScaleUp = slowScaleUp
    self.slowUplinks = slowUplinks
    self.missingRails = missingRails
  }

  public static let sound = FabricCondition()

  public var isSound: Bool { self == .sound }
}
