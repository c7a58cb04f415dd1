import TrainingRun

extension Form where Value == SamplePlan {
  /// The `uncertainty` block of a scenario.
  static var samplePlan: Form {
    .table { table in
      SamplePlan(
        draws: table.get("draws", .integer(1...1_000_000), "256"),
        sensitivityDraws: table.find("sensitivity", .integer(0...1_000_000), "64") ?? 0,
        sampling: table.find("sampling", .choice, "sobol") ?? .sobol,
        seed: UInt64(table.find("seed", .integer(0...Int(Int32.max)), "1") ?? 1),
        runs: table.find("runs", .integer(1...100_000), "4") ?? 4,
        hasChance: table.find("chance", .boolean, "false") ?? false)
    }
  }
}
