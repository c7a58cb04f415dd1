/// What is wrong with a fabric while a step runs. A sound one has nothing to tell.
public struct FabricCondition: Hashable, Sendable {
  /// A network interface that is slower than it should be.
  public struct SlowInterface: Hashable, Sendable {
    /// The rank that it serves, counted from 0.
    public var rank: Int
    /// What is left of its rate, above 0 and at most 1.
    public var speed: Double

    public init(rank: Int, speed: Double) {
      self.rank = rank
      self.speed = speed
    }
  }

  public var slowInterfaces: [SlowInterface]
  /// Rails of a rail network that are down: their ranks share the rails that are left.
  public var missingRails: Int

  public init(slowInterfaces: [SlowInterface] = [], missingRails: Int = 0) {
    self.slowInterfaces = slowInterfaces
    self.missingRails = missingRails
  }

  public static let sound = FabricCondition()

  public var isSound: Bool { self == .sound }
}
