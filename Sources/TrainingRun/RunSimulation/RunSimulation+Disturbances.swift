import Hardware
import Numerics
import Units

extension RunSimulation {
  /// A cause strikes: the job stops, loses what was not saved, and recovers.
  mutating func fail(_ index: Int, at now: Double) {
    let cause = job.reliability.causes[index]
    ledger.stops[index] += 1
    if !cause.isPlanned { ledger.interruptions += 1 }
    if let next = clocks[index].failureOfReplacement(from: now, random) {
      schedule(.failureOfReplacement, index, at: next)
    }
    let devices = job.reliability.devices(takenBy: cause.scope)
    let nodes = (devices + job.reliability.groups.node - 1) / job.reliability.groups.node
    if cause.isPlanned, case .running = phase {
      stopAnnounced(at: now)
      recover(replacing: nodes, at: now)
    } else {
      settle(at: now)
      lose(fromMemory: cause.scope.leavesCopies, to: .lostWork, at: now)
      recovery.begin()
      recovery.add(.detection, (cause.detection ?? job.reliability.recovery.detection).value)
      addPerson()
      addFailedRestarts(fromMemory: cause.scope.leavesCopies)
      recover(fromMemory: cause.scope.leavesCopies, replacing: nodes, at: now)
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

  private mutating func addPerson() {
    let share = job.reliability.recovery.manualShare.value
    if share > 0, random.uniform() < share {
      recovery.add(.manual, job.reliability.recovery.manualDelay.value)
    }
  }

  /// Restarts after which the job does not run: each takes its time, and that of reading the checkpoint.
  private mutating func addFailedRestarts(fromMemory: Bool) {
    guard let success = job.reliability.recovery.restartSuccess?.value, success < 1 else { return }
    let failed = Double(random.trials(untilSuccess: success) - 1)
    recovery.add(
      .restart, failed * (job.reliability.recovery.restart.value + loadTime(fromMemory)))
  }

  private func loadTime(_ fromMemory: Bool) -> Seconds {
    let checkpoint = job.conditions.checkpoint
    return (fromMemory ? checkpoint.memory?.load : nil) ?? checkpoint.load
  }

  /// Restarts with as many nodes replaced, as far as there are spares.
  private mutating func recover(fromMemory: Bool = false, replacing nodes: Int, at now: Double) {
    let habits = job.reliability.recovery
    recovery.add(.restart, habits.restart.value)
    if nodes > 0 { recovery.add(.replacement, habits.replacement.value) }
    recovery.add(.reload, loadTime(fromMemory))
    if nodes > 0 {
      schedule(.repaired, nodes, at: now + habits.repair.value.value)
      let replaced = min(nodes, spareNodes)
      spareNodes -= replaced
      missingNodes += nodes - replaced
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
    guard missingNodes > 0 else { return true }
    return job.conditions.shortage == .shrink && missingReplicas * job.replica < job.devices
  }

  mutating func resume(at now: Double) {
    settle(at: now)
    beginStretch(at: now)
  }

  /// Nodes come back from repair: the job takes those it lacks, the others stand by.
  mutating func returnNodes(_ nodes: Int, at now: Double) {
    settle(at: now)
    let taken = min(nodes, missingNodes)
    missingNodes -= taken
    spareNodes += nodes - taken
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

  /// A node becomes slow, and is found after a while.
  mutating func slowDown(at now: Double) {
    guard let slow = job.reliability.slowNodes else { return }
    schedule(.slowNode, after: slow.rate.value, from: now)
    schedule(.slowNodeFound, at: now + slow.detection.value.value)
    settle(at: now)
    slowNodes += 1
    if case .running = phase { beginStretch(at: now) }
  }

  /// A slow node is taken out as if for maintenance.
  mutating func removeSlowNode(at now: Double) {
    guard case .running = phase else {
      // It goes with the recovery under way.
      slowNodes -= 1
      return
    }
    stopAnnounced(at: now)
    slowNodes -= 1
    recover(replacing: 1, at: now)
  }

  mutating func spike(at now: Double) {
    guard let spikes = job.conditions.lossSpikes else { return }
    schedule(.lossSpike, after: spikes.rate, from: now, devices: 1)
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
