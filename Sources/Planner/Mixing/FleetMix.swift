public import Hardware
public import Units

/// Fleets of a scenario that train one model together.
public struct FleetMix: Sendable {
  /// How pools share the work.
  public enum Sharing: Sendable {
    /// Each pool holds whole replicas and takes its share of every batch. Without a link all of them are
    /// in one network.
    case replicas(link: PoolLink?)
    /// Each pool holds stages of every pipeline, in the order in which they are named.
    case stages(link: PoolLink?)
    /// One pool after the other, in the order in which they are named.
    case phases(Phases)
  }

  /// A run that moves from pool to pool.
  public struct Phases: Sendable {
    /// By pool.
    public var limits: [Limit]
    public var transfer: CheckpointTransfer
    /// The time in which all tokens must be done.
    public var deadline: Seconds?

    public init(limits: [Limit], transfer: CheckpointTransfer, deadline: Seconds?) {
      self.limits = limits
      self.transfer = transfer
      self.deadline = deadline
    }
  }

  /// How many tokens a pool trains on.
  public enum Limit: Sendable {
    case exactly(Tokens)
    case atMost(Tokens)
    case any
  }

  /// The way of a checkpoint from one pool to the next.
  public struct CheckpointTransfer: Sendable {
    /// Of the whole checkpoint, from storage to storage.
    public var bandwidth: BytesPerSecond
    /// What else passes until the next pool trains, such as tests of its numerics.
    public var pause: Seconds

    public init(bandwidth: BytesPerSecond, pause: Seconds) {
      self.bandwidth = bandwidth
      self.pause = pause
    }
  }

  public var name: String
  /// Names of fleets of the scenario, each once.
  public var pools: [String]
  public var sharing: Sharing

  public init(name: String, pools: [String], sharing: Sharing) {
    self.name = name
    self.pools = pools
    self.sharing = sharing
  }
}
