import Hardware
import Numerics
import Simulation
import Units

/// One run as a sequence of the events that disturb it.
///
/// Between two disturbances the run advances in one sum, however many steps and checkpoints there are
/// (`RunProgress`). A failure falls into running time or into a recovery; in a recovery it starts the
/// recovery anew. All randomness comes from the generator that is passed in.
struct RunSimulation: ~Copyable {
  let job: RunJob
  let random: RandomGenerator
  var queue = CodedEventQueue(capacity: 64)
  var clocks: [FailureClock]
  var progress: RunProgress
  var ledger: RunLedger
  var phase = Phase.running(since: 0)
  var recovery = RecoveryPlan()
  /// The number of the current recovery: an end that another number announced is void.
  var recoveries: UInt64 = 0
  /// By pool, as all counts of nodes.
  var spareNodes: [Int]
  /// Nodes that the job lacks, after a shortage.
  var missingNodes: [Int]
  var slowNodes: [Int]
  /// Those that their owner has taken back, and until when their time is counted.
  private var awayNodes: [Int]
  private var awayCounted = 0.0
  private var pace = 1.0
  /// When the goal is reached if nothing more happens.
  private var finish = Double.infinity

  enum Phase {
    case running(since: Double)
    case recovering(since: Double)
    /// Without the nodes to go on.
    case waiting(since: Double)
  }

  init(_ job: RunJob, _ random: RandomGenerator) {
    self.job = job
    self.random = random
    progress = RunProgress(job.conditions.checkpoint, interval: job.interval)
    ledger = RunLedger(of: job)
    spareNodes = job.pools.map(\.spareNodes)
    missingNodes = job.pools.map { _ in 0 }
    slowNodes = missingNodes
    awayNodes = missingNodes
    clocks = job.causes.map {
      let pool = job.pools[$0.pool]
      let scope = $0.cause.scope
      return FailureClock(
        $0.cause, devices: pool.devices,
        unit: scope == .device ? 1 : pool.reliability.devices(takenBy: scope))
    }
  }

  /// Runs to the end of the tokens or to the horizon, and tells where the time went.
  mutating func run() -> RunLedger {
    for cause in clocks.indices { scheduleFailure(of: cause, after: 0) }
    for pool in job.pools.indices { scheduleSlowNode(of: pool, from: 0) }
    schedule(.lossSpike, after: job.conditions.lossSpikes?.rate ?? .zero, from: 0)
    schedule(.horizon, at: (job.conditions.horizon ?? patience).value)
    beginStretch(at: 0)
    while let code = queue.next() {
      let now = (queue.now - .zero).seconds
      if case .running = phase, finish <= now { break }
      handle(RunEvent(code: code), at: now)
      if isOver { return closed(at: now) }
    }
    advance(to: finish)
    return closed(at: finish)
  }

  private var isOver = false

  private mutating func handle(_ event: RunEvent, at now: Double) {
    switch event.kind {
    case .failure:
      scheduleFailure(of: event.payload, after: now)
      fail(event.payload, at: now)
    case .failureOfReplacement: fail(event.payload, at: now)
    case .recovered: if event.payload == Int(recoveries) { resume(at: now) }
    case .repaired: returnNodes(event.payload >> 8, of: event.payload & 0xFF, at: now)
    case .replaced:
      countAway(-(event.payload >> 8), of: event.payload & 0xFF, at: now)
      returnNodes(event.payload >> 8, of: event.payload & 0xFF, at: now)
    case .slowNode: slowDown(event.payload, at: now)
    case .slowNodeFound: removeSlowNode(of: event.payload, at: now)
    case .lossSpike: spike(at: now)
    case .horizon:
      settle(at: now)
      isOver = true
      if job.conditions.horizon == nil { ledger.unfinished += 1 }
    }
  }

  /// A run that takes a hundred times its work is given up: it may be one that can never end.
  private var patience: Seconds { 100 * (job.work + job.rampWork) + Seconds.day }

  /// Charges the time since the phase began, whatever it is.
  mutating func settle(at now: Double) {
    switch phase {
    case .running: advance(to: now)
    case .recovering(let start):
      recovery.charge(now - start, to: &ledger)
      phase = .recovering(since: now)
    case .waiting(let start):
      ledger[.waitingForSpares] += Seconds(now - start)
      phase = .waiting(since: now)
    }
  }

  /// Starts to run, at the pace that holds from now on.
  mutating func beginStretch(at now: Double) {
    phase = .running(since: now)
    pace = drawnPace()
    let goal = (job.work + job.rampWork).value
    finish = now + progress.seconds(until: goal, pace: pace)
  }

  private mutating func drawnPace() -> Double {
    let steady = job.pace * shrinking * slowing
    let variation = job.conditions.stepVariation
    guard variation > 0 else { return steady }
    // The mean of a stretch's steps varies with the root of their number.
    let rate = max(job.interruptionRate.value, 1 / max(job.work.value, job.stepTime.value))
    let steps = max(1, 1 / (rate * job.stepTime.value))
    let drawn = random.normal(mean: 1, deviation: variation / steps.squareRoot())
    return steady * max(0.5, drawn)
  }

  /// How much longer steps take on fewer devices.
  private var shrinking: Double { 1 / (1 - missingShare) }

  /// The part of the work that the job lacks the nodes for. Pools are taken to lack different replicas.
  var missingShare: Double {
    var sum = 0.0
    // Most pools lack none, and a pool that is not looked at is not copied.
    for pool in job.pools.indices where missingNodes[pool] > 0 {
      sum += job.pools[pool].missingShare(nodes: missingNodes[pool])
    }
    return sum
  }

  /// All wait for the slowest node.
  private var slowing: Double {
    var slowest = 0.0
    for pool in job.pools.indices where slowNodes[pool] > 0 {
      slowest = max(slowest, job.pools[pool].reliability.slowNodes?.slowdown.value ?? 0)
    }
    return 1 + slowest
  }

  private mutating func advance(to now: Double) {
    guard case .running(let start) = phase else { return }
    let (work, stalled) = progress.advance(from: start, by: now - start, pace: pace)
    phase = .running(since: now)
    ledger[.checkpoint] += Seconds(stalled)
    charge(work: work, time: now - start - stalled)
  }

  /// Splits the time of running steps by what made them longer than undisturbed ones.
  private mutating func charge(work: Double, time: Double) {
    // A job that has just lost all its nodes has no pace.
    guard time > 0 else { return }
    let steady = work * job.pace
    let slow = steady * (slowing - 1)
    let shrunk = steady * slowing * (shrinking - 1)
    ledger[.productive] += Seconds(work)
    ledger[.stragglers] += Seconds(work * job.stragglerPace)
    ledger[.checkpoint] += Seconds(work * job.copyPace)
    ledger[.evaluation] += Seconds(work * job.evaluationPace)
    ledger[.slowNodes] += Seconds(slow)
    ledger[.shrunk] += Seconds(shrunk)
    ledger[.stepVariation] += Seconds(time - steady - slow - shrunk)
  }

  /// Whether the nodes that an owner takes back are away already: as likely as they are among all.
  func areAway(_ habits: StopHabits) -> Bool {
    let pool = job.pools[habits.pool]
    let node = pool.reliability.groups.node
    let all = (pool.devices + node - 1) / node + pool.spareNodes
    let away = awayNodes[habits.pool]
    return away > 0 && random.uniform() * Double(all) < Double(away)
  }

  /// Counts the time of nodes that are away, and from now on so many more of a pool.
  mutating func countAway(_ nodes: Int, of pool: Int, at now: Double) {
    for index in awayNodes.indices where awayNodes[index] > 0 {
      let devices = Double(awayNodes[index] * job.pools[index].reliability.groups.node)
      ledger.away[index] += Seconds(devices * (now - awayCounted))
    }
    awayCounted = now
    awayNodes[pool] += nodes
  }

  /// The ledger with the ramp told apart from the work that counts: it comes first, evenly over its stretch.
  private mutating func closed(at now: Double) -> RunLedger {
    countAway(0, of: 0, at: now)
    if job.rampWork > .zero {
      let stretch = job.rampShare * job.work + job.rampWork
      let ramp = min(1, ledger[.productive] / stretch) * job.rampWork
      ledger[.productive] = ledger[.productive] - ramp
      ledger[.batchRamp] += ramp
    }
    ledger[.planned] += job.handover
    ledger.checkpoints = progress.saves
    return ledger
  }
}
