public import Units

/// How the machines of a fleet fail, and how long their people and software take to go on.
public struct Reliability: Hashable, Sendable {
  /// The name of its profile, such as `mature-2025`.
  public var id: String
  public var name: String
  public var groups: FailureGroups
  public var causes: [FailureCause]
  public var recovery: Recovery
  /// Absent where no node is thought to slow down unseen.
  public var slowNodes: SlowNodes?

  public init(
    id: String, name: String, groups: FailureGroups, causes: [FailureCause], recovery: Recovery,
    slowNodes: SlowNodes? = nil
  ) {
    self.id = id
    self.name = name
    self.groups = groups
    self.causes = causes
    self.recovery = recovery
    self.slowNodes = slowNodes
  }
}

/// Devices that fall together when what they share fails.
public struct FailureGroups: Hashable, Sendable {
  /// Devices of one host, which is what a spare replaces.
  public var node: Int
  /// Devices below one leaf switch.
  public var leafSwitch: Int
  /// Devices of one supernode or rack.
  public var supernode: Int

  public init(node: Int, leafSwitch: Int, supernode: Int) {
    self.node = node
    self.leafSwitch = leafSwitch
    self.supernode = supernode
  }
}

/// One cause of interruptions.
public struct FailureCause: Hashable, Sendable {
  /// When the next failure comes.
  public enum Law: Hashable, Sendable {
    /// At any time alike.
    case exponential
    /// With age: a shape below 1 is infant mortality, above 1 wear. The age is that of the devices
    /// when the run starts.
    case weibull(shape: Double, age: Seconds)
  }

  /// What falls at once.
  public enum Scope: String, CaseIterable, Sendable {
    case device, node
    case leafSwitch = "switch"
    case supernode
    /// The job only: software, a library, a wrong configuration. No machine needs to be replaced.
    case job
  }

  public var name: String
  /// How often the cause stops a job, for each of its devices.
  public var rate: Sourced<Frequency>
  public var law: Law
  public var scope: Scope
  /// Maintenance that is announced, so that a checkpoint is written first.
  public var isPlanned: Bool
  /// Until others come in place of machines that their owner takes back. Such machines are sound, so nobody
  /// looks for a fault, and nobody pays for them meanwhile. Nil for all that breaks.
  public var absence: Sourced<Seconds>?
  /// Where it takes another time to notice than the profile says.
  public var detection: Sourced<Seconds>?

  public init(
    name: String, rate: Sourced<Frequency>, law: Law = .exponential, scope: Scope = .node,
    isPlanned: Bool = false, absence: Sourced<Seconds>? = nil, detection: Sourced<Seconds>? = nil
  ) {
    self.name = name
    self.rate = rate
    self.law = law
    self.scope = scope
    self.isPlanned = isPlanned
    self.absence = absence
    self.detection = detection
  }
}

/// From a failure to the next step.
public struct Recovery: Hashable, Sendable {
  /// Until the failure is noticed and its place is known.
  public var detection: Sourced<Seconds>
  /// Until the job is up again on healthy nodes, without reading the checkpoint.
  public var restart: Sourced<Seconds>
  /// The part of restarts after which the job runs. One that fails, because the faulty node is still in
  /// the job or another one is faulty too, costs its time and that of reading the checkpoint, and is
  /// repeated. Nil is all of them.
  public var restartSuccess: Sourced<Double>?
  /// What bringing in a spare node adds.
  public var replacement: Sourced<Seconds>
  /// Until a node that was taken out is a spare again.
  public var repair: Sourced<Seconds>
  /// The part of failures that need a person.
  public var manualShare: Sourced<Double>
  /// How much longer those take.
  public var manualDelay: Sourced<Seconds>

  public init(
    detection: Sourced<Seconds>, restart: Sourced<Seconds>, replacement: Sourced<Seconds>,
    repair: Sourced<Seconds>, manualShare: Sourced<Double>, manualDelay: Sourced<Seconds>,
    restartSuccess: Sourced<Double>? = nil
  ) {
    self.detection = detection
    self.restart = restart
    self.restartSuccess = restartSuccess
    self.replacement = replacement
    self.repair = repair
    self.manualShare = manualShare
    self.manualDelay = manualDelay
  }
}

/// Nodes that slow the whole job down until somebody finds them.
public struct SlowNodes: Hashable, Sendable {
  /// How often one appears, for each device.
  public var rate: Sourced<Frequency>
  /// By how much the job's steps are longer while one is there: 0.1 is 10 %.
  public var slowdown: Sourced<Double>
  /// Until it is found and taken out.
  public var detection: Sourced<Seconds>

  public init(
    rate: Sourced<Frequency>, slowdown: Sourced<Double>, detection: Sourced<Seconds>
  ) {
    self.rate = rate
    self.slowdown = slowdown
    self.detection = detection
  }
}

extension Reliability {
  /// The devices that a cause takes out of a job at once; none for what is no machine's.
  public func devices(takenBy scope: FailureCause.Scope) -> Int {
    switch scope {
    case .device, .node: groups.node
    case .leafSwitch: groups.leafSwitch
    case .supernode: groups.supernode
    case .job: 0
    }
  }

  /// How often a job is stopped, for each of its devices, by causes that nobody announced.
  public var unplannedRate: Frequency {
    causes.filter { !$0.isPlanned }.reduce(.zero) { $0 + $1.rate.value }
  }
}
