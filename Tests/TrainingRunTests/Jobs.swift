import Hardware
import TrainingRun
import Units

/// Jobs for tests: round numbers unless a test says otherwise.
enum Jobs {
  static func sourced<Value>(_ value: Value) -> Sourced<Value> {
    Sourced(value, .estimated, source: "a test")
  }

  static func perDay(_ number: Double) -> Frequency { Occurrences(number) / Seconds.day }

  static func cause(
    _ name: String = "device", perDeviceDay rate: Double, law: FailureCause.Law = .exponential,
    scope: FailureCause.Scope = .node, isPlanned: Bool = false
  ) -> FailureCause {
    FailureCause(
      name: name, rate: sourced(perDay(rate)), law: law, scope: scope, isPlanned: isPlanned)
  }

  /// Ten minutes from a failure to the checkpoint, and no time for repairs.
  static func reliability(
    _ causes: [FailureCause], repair: Seconds = .zero, slowNodes: SlowNodes? = nil
  ) -> Reliability {
    Reliability(
      id: "test", name: "Test", groups: FailureGroups(node: 8, leafSwitch: 64, supernode: 384),
      causes: causes,
      recovery: Recovery(
        detection: sourced(Seconds(120)), restart: sourced(Seconds(360)),
        replacement: sourced(Seconds(60)), repair: sourced(repair), manualShare: sourced(0),
        manualDelay: sourced(.hour)),
      slowNodes: slowNodes)
  }

  static let blocking = CheckpointPlan(
    interval: Seconds(1800), stall: Seconds(60), persist: Seconds(60), load: Seconds(60))

  static func job(
    days: Double = 90, devices: Int = 16_384, _ reliability: Reliability,
    _ conditions: RunConditions = RunConditions(checkpoint: blocking, runs: 200)
  ) -> RunJob {
    RunJob(
      work: days * Seconds.day, stepTime: Seconds(10), devices: devices, replica: 128,
      reliability: reliability, conditions: conditions)
  }
}
