/// When the devices of a run wait for each other.
public struct Synchronization: Hashable, Sendable {
  public var stragglers: StragglerLaw
  /// Steps between two waits: 1 is synchronous training, more are local steps whose models are
  /// averaged (local SGD).
  public var localSteps: Int

  public init(stragglers: StragglerLaw, localSteps: Int = 1) {
    self.stragglers = stragglers
    self.localSteps = localSteps
  }

  /// Synchronous training without stragglers.
  public static let none = Synchronization(stragglers: .none)

  /// Exchanges between replicas for each step: the average of the models after some local steps carries as much
  /// as the gradients of one.
  public var exchangeShare: Double { 1 / Double(localSteps) }

  /// How many times longer a step takes than an undisturbed one, in the mean.
  public func pace(devices: Int) -> Double {
    1 + stragglers.expectedSlowest(of: devices, steps: localSteps)
  }
}
