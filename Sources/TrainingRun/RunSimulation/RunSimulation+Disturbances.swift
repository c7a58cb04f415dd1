import Hardware
import Numerics
import Units

extension RunSimulation {
  /// A cause strikes: the job stops, loses what was not saved, and recovers.
  mutating func fail(_ index: Int, at now: Double) {
    let habits = job.habits[index]
    if habits.takesBack, areAway(habits) { return }
    ledger.stops[index] += 1
    if !habits.isPlanned { ledger.interruptions += 1 }
    if let next = clocks[index].failureOfReplacement(from: now, random) {
      schedule(.failureOfReplacement, index, at: next)
    }
    takeNodes(habits.nodes, of: habits.pool, at: now)
    let payload = habits.nodes << 8 | habits.pool
    if habits.takesBack {
      countAway(habits.nodes, of: habits.pool, at: now)
      schedule(.replaced, payload, at: now + habits.repair)
    } else if habits.nodes > 0 {
      schedule(.repaired, payload, at: now + habits.repair)
    }
    if habits.isPlanned {
      announce(replacement: habits.replacement, at: now)
    } else {
      settle(at: now)
      lose(fromMemory: habits.leavesCopies, to: .lostWork, at: now)
      let load = loadTime(habits.leavesCopies)
      recovery.begin()
      recovery.add(.detection, habits.detection)
      addPerson(habits)
      addFailedRestarts(habits, load: load)
      recover(replacement: habits.replacement, load: load, at: now)
    }
  }

  /// Takes nodes out of the job, and puts spares in their place as far as there are.
  private mutating func takeNodes(_ nodes: Int, of pool: Int, at now: Double) {
    guard nodes > 0 else { return }
    // What ran until now ran with them.
    settle(at: now)
    let replaced = min(nodes, spareNodes[pool])
    spareNodes[pool] -= replaced
    missingNodes[pool] += nodes - replaced
  }

  /// Goes back to what is saved; the time of the work that is undone did not count.
  private mutating func lose(fromMemory: Bool, to part: RunPart, at now: Double) {
    let lost = Seconds(progress.fallBack(at: now, fromMemory: fromMemory))
    ledger[.productive] = ledger[.productive] - lost
    ledger[part] += lost
  }

  /// A stop in good order: the job saves, stops and starts again, all of it planned time. A stop that falls
  /// into a recovery goes with it, and adds only the replacement.
  private mutating func announce(replacement: Seconds, at now: Double) {
    settle(at: now)
    if case .running = phase {
      progress.secure()
      recovery.begin()
      recovery.add(.planned, job.conditions.checkpoint.persist)
      recovery.add(.planned, job.restart)
      recovery.add(.planned, replacement)
      recovery.add(.planned, loadTime(false))
    } else {
      recovery.add(.planned, replacement)
    }
    beginRecovery(at: now)
  }

  private mutating func addPerson(_ habits: StopHabits) {
    let share = habits.manualShare
    if share > 0, random.uniform() < share { recovery.add(.manual, habits.manualDelay) }
  }

  /// Restarts after which the job does not run: each takes its time and that of reading the checkpoint, and
  /// that it does not run must be noticed.
  private mutating func addFailedRestarts(_ habits: StopHabits, load: Seconds) {
    guard habits.restartSuccess < 1 else { return }
    let failed = Double(random.trials(untilSuccess: habits.restartSuccess) - 1)
    recovery.add(.restart, failed * (job.restart + load))
    recovery.add(.detection, failed * habits.detection)
  }

  private func loadTime(_ fromMemory: Bool) -> Seconds {
    let checkpoint = job.conditions.checkpoint
    return (fromMemory ? checkpoint.memory?.load : nil) ?? checkpoint.load
  }

  /// Restarts, once what the recovery already holds is over.
  private mutating func recover(replacement: Seconds = .zero, load: Seconds, at now: Double) {
    recovery.add(.restart, job.restart)
    recovery.add(.replacement, replacement)
    recovery.add(.reload, load)
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
    let taken = min(nodes, missingNodes[pool])
    spareNodes[pool] += nodes - taken
    guard taken > 0 else { return }
    settle(at: now)
    missingNodes[pool] -= taken
    switch phase {
    case .waiting: beginRecovery(at: now)
    case .running: announce(replacement: .zero, at: now)
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
    settle(at: now)
    slowNodes[pool] -= 1
    let habits = job.pools[pool].reliability.recovery
    takeNodes(1, of: pool, at: now)
    schedule(.repaired, 1 << 8 | pool, at: now + habits.repair.value.value)
    announce(replacement: habits.replacement.value, at: now)
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
      recover(load: loadTime(false), at: now)
    }
  }
}
