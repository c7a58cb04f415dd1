import Hardware
import Units

/// What a cause does to a job each time it strikes, in plain numbers: runs look at it millions of times.
struct StopHabits: Hashable, Sendable {
  let pool: Int
  let isPlanned: Bool
  /// Whether copies in the memory of peer nodes outlive it.
  let leavesCopies: Bool
  /// Nodes that it takes out; never more than the pool has.
  let nodes: Int
  /// Stops a second of the whole pool.
  let rate: Double
  let detection: Seconds
  /// Until the nodes that were taken out, or others, are spares again.
  let repair: Double
  /// Whether their owner has them until then.
  let takesBack: Bool
  let replacement: Seconds
  let manualShare: Double
  let manualDelay: Seconds
  /// The part of restarts after which the job runs.
  let restartSuccess: Double

  init(_ struck: PoolCause, of pool: RunPool) {
    let cause = struck.cause
    let habits = pool.reliability.recovery
    let node = pool.reliability.groups.node
    let most = (pool.devices + node - 1) / node
    self.pool = struck.pool
    isPlanned = cause.isPlanned
    leavesCopies = cause.scope.leavesCopies
    nodes = min(most, (pool.reliability.devices(takenBy: cause.scope) + node - 1) / node)
    rate = cause.rate.value.value * Double(pool.devices)
    detection = (cause.detection ?? habits.detection).value
    repair = (cause.absence ?? habits.repair).value.value
    takesBack = cause.absence != nil
    replacement = nodes > 0 ? habits.replacement.value : .zero
    manualShare = takesBack ? 0 : habits.manualShare.value
    manualDelay = habits.manualDelay.value
    restartSuccess = takesBack ? 1 : habits.restartSuccess?.value ?? 1
  }
}

extension FailureCause.Scope {
  /// Whether copies in the memory of peer nodes outlive it: peers stand in other nodes, and a switch
  /// or a supernode takes both.
  fileprivate var leavesCopies: Bool {
    switch self {
    case .device, .node, .job: true
    case .leafSwitch, .supernode: false
    }
  }
}
