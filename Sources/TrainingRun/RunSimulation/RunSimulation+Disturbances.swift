import Hardware
import Numerics
import Units

extension RunSimulation {
  /// A cause strikes: the job stops, loses what was not saved, and recovers.
  mutating func fail(_ index: Int, at now: Double) {
    let cause = job.causes[index].cause
    let pool = job.causes[index].pool
    ledger.stops[index] += 1
    if !cause.isPlanned { ledger.interruptions += 1 }
    if let next = clocks[index].failureOfReplacement(from: now, random) {
      schedule(.failureOfReplacement, index, at: next)
    }
    let reliability = job.pools[pool].reliability
    let node = reliability.groups.node
    let nodes = (reliability.devices(takenBy: cause.scope) + node - 1) / node
    if cause.isPlanned, case .running = phase {
      stopAnnounced(at: now)
      recover(replacing: nodes, of: pool, at: now)
    } else {
      settle(at: now)
      lose(fromMemory: cause.scope.leavesCopies, to: .lostWork, at: now)
      recovery.begin()
      recovery.add(.detection, (cause.detection ?? reliability.recovery.detection).value)
      addPerson(reliability.recovery)
      addFailedRestarts(reliability.recovery, fromMemory: cause.scope.leavesCopies)
      recover(fromMemory: cause.scope.leavesCopies, replacing: nodes, of: pool, at: now)
    }
  }

  /// Goes back to what is saved; the time of the work that is undone did not count.
  private mutating func lose(fromMemory: Bool, to part: RunPart, at now: Double) {
    let lost = Seconds(progress.fallBack(at: now, fromMemory: fromMemory))
    ledger[.productive] = ledger[.productive] - lost
    ledger[part] += lost
  }

  /// Saves and stops in good order. What follows is charged as planned.
  private mutating func stopAnnounced(at now: Double) {
    settle(at: now)
    progress.secure()
    recovery.begin()
    recovery.add(.planned, job.conditions.checkpoint.persist)
  }

  private mutating func addPerson(_ habits: Recovery) {
    let share = habits.manualShare.value
    if share > 0, random.uniform() < share { recovery.add(.manual, habits.manualDelay.value) }
  }

  /// Restarts after which the job does not run: each takes its time, and that of reading the checkpoint.
  private mutating func addFailedRestarts(_ habits: Recovery, fromMemory: Bool) {
    guard let success = habits.restartSuccess?.value, success < 1 else { return }
    let failed = Double(random.trials(untilSuccess: success) - 1)
    recovery.add(.restart, failed * (job.restart + loadTime(fromMemory)))
  }

  private func loadTime(_ fromMemory: Bool) -> Seconds {
    let checkpoint = job.conditions.checkpoint
    return (fromMemory ? checkpoint.memory?.load : nil) ?? checkpoint.load
  }

  /// Restarts with as many nodes of a pool replaced, as far as it has spares.
  private mutating func recover(
    fromMemory: Bool = false, replacing nodes: Int, of pool: Int = 0, at now: Double
  ) {
    let habits = job.pools[pool].reliability.recovery
    recovery.add(.restart, job.restart)
    if nodes > 0 { recovery.add(.replacement, habits.replacement.value) }
    recovery.add(.reload, loadTime(fromMemory))
    if nodes > 0 {
      schedule(.repaired, nodes << 8 | pool, at: now + habits.repair.value.value)
      let replaced = min(nodes, spareNodes[pool])
      spareNodes[pool] -= replaced
      missingNodes[pool] += nodes - replaced
    }
    beginRecovery(at: now)
  }

  /// Recovers now, or once there are nodes for it.
  private mutating func beginRecovery(at now: Double) {
    recoveries += 1
    guard canRun else {
      phase = .waiting(since: now)
      return
    }
    phase = .recovering(since: now)
    schedule(.recovered, Int(recoveries), at: now + recovery.duration)
  }

  /// Whether the job may run with the nodes it has.
  private var canRun: Bool {
    let missing = missingShare
    return missing == 0 || job.conditions.shortage == .shrink && missing < 1
  }

  mutating func resume(at now: Double) {
    settle(at: now)
    beginStretch(at: now)
  }

  /// Nodes come back from repair: the job takes those it lacks, the others stand by.
  mutating func returnNodes(_ nodes: Int, of pool: Int, at now: Double) {
    settle(at: now)
    let taken = min(nodes, missingNodes[pool])
    missingNodes[pool] -= taken
    spareNodes[pool] += nodes - taken
    guard taken > 0 else { return }
    switch phase {
    case .waiting:
      beginRecovery(at: now)
    case .running:
      stopAnnounced(at: now)
      recover(replacing: 0, at: now)
    case .recovering: break
    }
  }

  /// A node of a pool becomes slow, and is found after a while.
  mutating func slowDown(_ pool: Int, at now: Double) {
    guard let slow = job.pools[pool].reliability.slowNodes else { return }
    scheduleSlowNode(of: pool, from: now)
    schedule(.slowNodeFound, pool, at: now + slow.detection.value.value)
    settle(at: now)
    slowNodes[pool] += 1
    if case .running = phase { beginStretch(at: now) }
  }

  /// A slow node is taken out as if for maintenance.
  mutating func removeSlowNode(of pool: Int, at now: Double) {
    guard case .running = phase else {
      // It goes with the recovery under way.
      slowNodes[pool] -= 1
      return
    }
    stopAnnounced(at: now)
    slowNodes[pool] -= 1
    recover(replacing: 1, of: pool, at: now)
  }

  mutating func spike(at now: Double) {
    guard let spikes = job.conditions.lossSpikes else { return }
    schedule(.lossSpike, after: spikes.rate, from: now)
    guard case .running = phase else { return }
    settle(at: now)
    switch spikes.policy {
    case .skip:
      let undone = Seconds(progress.undo(spikes.steps * job.stepTime.value))
      ledger[.productive] = ledger[.productive] - undone
      ledger[.lossSpikes] += undone
      beginStretch(at: now)
    case .rollBack:
      lose(fromMemory: false, to: .lossSpikes, at: now)
      recovery.begin()
      recover(replacing: 0, at: now)
    }
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
