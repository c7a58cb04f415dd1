public import Hardware
import Units

/// The devices of a job that are of one kind: they fail in their own way, and have spares of their own.
public struct RunPool: Hashable, Sendable {
  /// Tells it from the other pools of a job; nil where there are none.
  public var name: String?
  public var devices: Int
  /// Devices that leave together where a job shrinks: those of one data-parallel replica.
  public var replica: Int
  /// The part of the job's work that is not done while none of them runs: 1 where no other pool trains, or
  /// where each replica needs this one.
  public var share: Double
  public var reliability: Reliability
  public var spareNodes: Int

  public init(
    name: String? = nil, devices: Int, replica: Int, share: Double = 1, reliability: Reliability,
    spareNodes: Int
  ) {
    self.name = name
    self.devices = devices
    self.replica = replica
    self.share = share
    self.reliability = reliability
    self.spareNodes = spareNodes
  }

  /// Stops a second, announced ones left out.
  var interruptionRate: Frequency { reliability.unplannedRate * Double(devices) }

  /// The part of the job's work that is not done for want of nodes.
  func missingShare(nodes: Int) -> Double {
    guard nodes > 0 else { return 0 }
    let lacking = nodes * reliability.groups.node
    let replicas = (lacking + replica - 1) / replica
    return share * Double(replicas * replica) / Double(devices)
  }
}

/// A cause of stops and the number of the pool that it strikes.
public struct PoolCause: Hashable, Sendable {
  public var pool: Int
  public var cause: FailureCause
}
