import Hardware
import TrainingRun
import Units

/// How fleets of tests run.
enum TestRuns {
  static func sourced<Value>(_ value: Value) -> Sourced<Value> {
    Sourced(value, .estimated, source: "a test")
  }

  /// Nodes of 8 devices fail at a rate for each device, it takes 600 s to go on, and repairs take no time.
  static func setting(rate: Frequency, spares: Int, runs: Int = 1000) -> RunSetting {
    let cause = FailureCause(name: "device", rate: sourced(rate), scope: .node)
    let reliability = Reliability(
      id: "test", name: "Test", groups: FailureGroups(node: 8, leafSwitch: 64, supernode: 384),
      causes: [cause],
      recovery: Recovery(
        detection: sourced(Seconds(120)), restart: sourced(Seconds(360)),
        replacement: sourced(Seconds(60)), repair: sourced(.zero), manualShare: sourced(0),
        manualDelay: sourced(.hour)))
    let checkpoint = CheckpointPlan(
      interval: Seconds(1800), stall: Seconds(60), persist: Seconds(60), load: Seconds(60))
    return RunSetting(
      reliability: reliability,
      conditions: RunConditions(checkpoint: checkpoint, spareNodes: spares, runs: runs))
  }
}
