public import Units

/// How a run saves its state.
///
/// A save stops training for `stall` and can be read back `persist` after it began: the two are
/// equal where training waits for the whole save, and differ where it goes on meanwhile.
public struct CheckpointPlan: Hashable, Sendable {
  /// Work between two saves; nil asks for the best.
  public var interval: Seconds?
  public var stall: Seconds
  public var persist: Seconds
  /// Reading a saved state back.
  public var load: Seconds
  public var memory: MemoryCopies?

  /// Copies that each node keeps in the memory of a peer. They outlive the loss of nodes, but not that
  /// of a switch's or a supernode's worth of them.
  public struct MemoryCopies: Hashable, Sendable {
    public var interval: Seconds
    public var stall: Seconds
    public var load: Seconds

    public init(interval: Seconds, stall: Seconds, load: Seconds) {
      self.interval = interval
      self.stall = stall
      self.load = load
    }
  }

  /// - Parameter persist: At least `stall`.
  public init(
    interval: Seconds?, stall: Seconds, persist: Seconds, load: Seconds,
    memory: MemoryCopies? = nil
  ) {
    precondition(persist >= stall, "a save cannot be read before it is over")
    self.interval = interval
    self.stall = stall
    self.persist = persist
    self.load = load
    self.memory = memory
  }

  /// Lets a whole save take a time. Training waits for all of it, unless a stall is given.
  public mutating func setSave(_ time: Seconds) {
    if stall == .zero { stall = time }
    persist = max(time, stall)
  }
}
