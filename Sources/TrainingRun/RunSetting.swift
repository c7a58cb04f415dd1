public import Hardware

/// Everything about the run of one fleet that its steps do not tell.
public struct RunSetting: Sendable {
  public var reliability: Reliability
  public var conditions: RunConditions
  /// Decides how long a save takes, where one is named.
  public var storage: CheckpointStorage?
  /// Where the fleet stands; without one neither energy nor carbon is counted.
  public var site: Site?
  /// What its devices were bought for; without it they are rented at the fleet's price.
  public var ownership: Ownership?
  /// By how much steps are thought to be longer than estimated. It stands for the error of the
  /// estimate: 1, and a distribution around it.
  public var timeFactor: Double

  public init(
    reliability: Reliability, conditions: RunConditions, storage: CheckpointStorage? = nil,
    site: Site? = nil, ownership: Ownership? = nil, timeFactor: Double = 1
  ) {
    self.reliability = reliability
    self.conditions = conditions
    self.storage = storage
    self.site = site
    self.ownership = ownership
    self.timeFactor = timeFactor
  }

  /// Devices of the nodes that stand by.
  public var spareDevices: Int { conditions.spareNodes * reliability.groups.node }
}
