import TrainingRun
import Units

/// The `run` block of a scenario, by names.
struct RunEntry {
  var reliability: Reference?
  var site: Reference?
  var conditions: RunConditions
  /// Where what a checkpoint takes follows from the size of the model.
  var storage: CheckpointStorage?
  /// Where the stragglers follow from measured rates.
  var stragglers: StragglerStudy?
}

/// What a scenario sets anew for the run of one fleet.
struct FleetRunRequest {
  var reliability: Reference?
  var site: Reference?
  var ownership: Reference?
  var checkpoint: CheckpointEntry?
  var spareNodes: Int?
  var timeFactor: Double?

  init() {}

  init(in table: Table) {
    reliability = table.find("reliability", .reference(to: .reliability), "mature-2025")
    site = table.find("site", .reference(to: .site), "north-china")
    ownership = table.find("ownership", .reference(to: .ownership), "china-2025")
    checkpoint = table.find("checkpoint", .checkpoint, "{interval: best, stall: 30 s, load: 2 min}")
    spareNodes = table.find("spare_nodes", .integer(0...1_000_000), "8")
    timeFactor = table.find("time_factor", .quantity(.ratio, .from(0.1, to: 10)), "1")
  }
}

/// A `checkpoint` block: times, or a storage that decides them.
struct CheckpointEntry: Hashable {
  var plan: CheckpointPlan
  var storage: CheckpointStorage?
}

extension Form where Value == RunEntry {
  static var run: Form {
    .table { table in
      let stragglers = table.find("stragglers", .stragglers, "{probability: 0.1 %, slowdown: 20 %}")
      let checkpoint = table.get(
        "checkpoint", .checkpoint, "{interval: best, stall: 30 s, load: 2 min}")
      return RunEntry(
        reliability: table.find("reliability", .reference(to: .reliability), "mature-2025"),
        site: table.find("site", .reference(to: .site), "north-china"),
        conditions: RunConditions(
          checkpoint: checkpoint.plan,
          spareNodes: table.find("spare_nodes", .integer(0...1_000_000), "8") ?? 0,
          shortage: table.find("shortage", .choice, "wait") ?? .wait,
          stepVariation: table.find("step_variation", .quantity(.ratio, .fraction), "2 %") ?? 0,
          synchronization: Synchronization(
            stragglers: stragglers?.law ?? .none,
            localSteps: table.find("local_steps", .integer(1...100_000), "1") ?? 1),
          batchRamp: table.find("batch_ramp", .batchRamp, "{start: 2560, share: 5 %}"),
          lossSpikes: table.find(
            "loss_spikes", .lossSpikes, "{rate: 0.1 /d, policy: skip, steps: 1}"),
          evaluation: table.find("evaluation", .quantity(.ratio, .from(0, to: 0.9)), "0.5 %") ?? 0,
          horizon: table.find("horizon", .quantity(.time, .positive), "54 d"),
          runs: table.find("runs", .integer(1...10_000_000), "1000") ?? 1000,
          seed: UInt64(table.find("seed", .integer(0...Int(Int32.max)), "1") ?? 1)),
        storage: checkpoint.storage, stragglers: stragglers?.study)
    }
  }
}

extension Form where Value == CheckpointEntry {
  static var checkpoint: Form {
    .table { table in
      let interval = table.find("interval", .checkpointInterval, "best") ?? nil
      let storage = table.find("storage", .checkpointStorage, "{writer: 0.4 GB/s, total: 1 TB/s}")
      let stall = table.find("stall", .quantity(.time, .notNegative), "30 s")
      let persist = table.find("persist", .quantity(.time, .notNegative), "2 min")
      if !table.has("storage"), !table.has("stall") {
        table.report(.key(.neither(["stall", "storage"], example: "stall: 30 s")))
      }
      if let stall, let persist, persist < stall {
        table.report(.relation(.persistBelowStall), at: "persist")
      }
      let wait = stall ?? .zero
      return CheckpointEntry(
        plan: CheckpointPlan(
          interval: interval, stall: wait, persist: max(wait, persist ?? wait),
          load: table.get("load", .quantity(.time, .notNegative), "2 min"),
          memory: table.find(
            "memory", .memoryCopies, "{interval: 1 min, stall: 0.2 s, load: 20 s}")),
        storage: storage)
    }
  }
}

extension Form where Value == Seconds? {
  /// A time, or `best`.
  fileprivate static var checkpointInterval: Form {
    .single(nil) { text, _, spot throws(CauseError) in
      guard text != "best" else { return nil }
      return Seconds(try amount(text, of: .time, within: .positive, example: spot.example))
    }
  }
}

extension Form where Value == CheckpointPlan.MemoryCopies {
  fileprivate static var memoryCopies: Form {
    .table { table in
      CheckpointPlan.MemoryCopies(
        interval: table.get("interval", .quantity(.time, .positive), "1 min"),
        stall: table.get("stall", .quantity(.time, .notNegative), "0.2 s"),
        load: table.get("load", .quantity(.time, .notNegative), "20 s"))
    }
  }
}

extension Form where Value == CheckpointStorage {
  fileprivate static var checkpointStorage: Form {
    .table { table in
      CheckpointStorage(
        writer: table.get("writer", .quantity(.bandwidth, .positive), "0.4 GB/s"),
        total: table.get("total", .quantity(.bandwidth, .positive), "1 TB/s"))
    }
  }
}

extension Form where Value == BatchRamp {
  fileprivate static var batchRamp: Form {
    .table { table in
      BatchRamp(
        start: table.get("start", .integer(1...100_000_000), "2560"),
        share: table.get("share", .quantity(.ratio, .share), "5 %"))
    }
  }
}

extension Form where Value == LossSpikes {
  fileprivate static var lossSpikes: Form {
    .table { table in
      LossSpikes(
        rate: table.get("rate", .quantity(.frequency, .notNegative), "0.1 /d"),
        policy: table.get("policy", .choice, "skip"),
        steps: table.find("steps", .quantity(.count, .notNegative), "1") ?? 1)
    }
  }
}
