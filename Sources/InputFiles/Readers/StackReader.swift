import Hardware
import Units

extension Form where Value == SoftwareStack {
  /// A training framework of one release: `hardware-profiles/software/stacks/ID.yaml`.
  static func stack(id: String) -> Form {
    .table { table in
      SoftwareStack(
        id: id,
        name: table.get("name", .text, "Megatron-Core, 2024"),
        covers: table.find(
          "covers", .list(.coverage),
          "[{framework: megatron-core, from: 2024-01, to: 2024-12}]") ?? [],
        overlap: table.get("overlap", .overlap, "{tensor: ..., context: ..., ...}"),
        host: table.get("host", .hostCost, "{per_layer: ..., ...}"),
        memory: table.get("memory", .memoryHabits, "{reserved: ..., ...}"),
        kernels: table.get("kernels", .kernelHabits, "{matrix_slowdown: ..., ...}"),
        schedules: table.get("schedules", Form<[String]>.list(.text).map(Set.init), "[1f1b]"),
        quality: table.find("quality", .runFitQuality, "{trained: ..., held_back: ...}"),
        notes: table.find("notes", .list(.text), "[two sources differ]") ?? [])
    }
  }
}

extension Form where Value == RunFitQuality {
  /// What `steelyard calibrate --runs` found.
  fileprivate static var runFitQuality: Form {
    .table { table in
      RunFitQuality(
        trained: table.get("trained", .runErrors, "{runs: 20, median: 0.04, ...}"),
        heldBack: table.get("held_back", .runErrors, "{runs: 20, median: 0.05, ...}"))
    }
  }
}

extension Form where Value == RunErrors {
  fileprivate static var runErrors: Form {
    .table { table in
      RunErrors(
        runs: table.get("runs", .integer(0...1_000_000_000), "20"),
        median: table.get("median", .quantity(.ratio, .notNegative), "0.05"),
        p90: table.get("p90", .quantity(.ratio, .notNegative), "0.15"),
        bias: table.get("bias", .quantity(.ratio, .from(-1, to: 1e9)), "0.01"))
    }
  }
}

extension Form where Value == SoftwareStack.Coverage {
  fileprivate static var coverage: Form {
    .table { table in
      let coverage = SoftwareStack.Coverage(
        framework: table.get("framework", .text, "megatron-core"),
        from: table.get("from", .date, "2024-01"),
        to: table.get("to", .date, "2024-12"),
        source: table.find("source", .text, "MooreThreads/SimuMax"),
        model: table.find("model", .text, "GPT-OSS"),
        devices: table.find("devices", .list(.text), "[nvidia-gb200-nvl72]") ?? [],
        vendor: table.find("vendor", .text, "AMD"),
        fullySharded: table.find("fully_sharded", .boolean, "true") ?? false)
      if table.isSound("from", "to"), coverage.from > coverage.to {
        table.report(.relation(.monthsReversed(from: coverage.from, to: coverage.to)), at: "to")
      }
      return coverage
    }
  }
}

extension Form where Value == SoftwareStack.Overlap {
  fileprivate static var overlap: Form {
    .table { table in
      func part(_ key: String) -> Sourced<Double> {
        table.sourced(key, .ratio, .fraction, "0.8")
      }
      return SoftwareStack.Overlap(
        tensor: part("tensor"), context: part("context"), expert: part("expert"),
        pipeline: part("pipeline"), gradientReduction: part("gradient_reduction"),
        parameterGather: part("parameter_gather"), fullySharded: part("fully_sharded"))
    }
  }
}

extension Form where Value == SoftwareStack.HostCost {
  fileprivate static var hostCost: Form {
    .table { table in
      func time(_ key: String, _ example: String) -> Sourced<Seconds> {
        table.sourced(key, .time, .notNegative, example)
      }
      return SoftwareStack.HostCost(
        perLayer: time("per_layer", "20 us"),
        perExpertLayer: time("per_expert_layer", "60 us"),
        perLocalExpert: time("per_local_expert", "5 us"),
        perCollective: time("per_collective", "4 us"),
        perStep: time("per_step", "100 ms"))
    }
  }
}

extension Form where Value == SoftwareStack.MemoryHabits {
  fileprivate static var memoryHabits: Form {
    .table { table in
      SoftwareStack.MemoryHabits(
        reserved: table.sourced("reserved", .data, .notNegative, "4 GB"),
        fragmentation: table.sourced("fragmentation", .ratio, .fraction, "0.05"),
        gradientElement: table.sourced("gradient_element", .data, .from(1, to: 8), "4 B"),
        cacheShare: table.findSourced("cache_share", .ratio, .fraction, "0.4")
          ?? SoftwareStack.MemoryHabits.noCache)
    }
  }
}

extension Form where Value == SoftwareStack.KernelHabits {
  fileprivate static var kernelHabits: Form {
    .table { table in
      SoftwareStack.KernelHabits(
        matrixSlowdown: table.sourced("matrix_slowdown", .ratio, .positive, "1.05"),
        attentionSlowdown: table.sourced("attention_slowdown", .ratio, .positive, "1.05"),
        elementwiseTraffic: table.sourced("elementwise_traffic", .ratio, .positive, "1.5"),
        fusedAttention: table.get("fused_attention", .boolean, "true"),
        deduplicatedDispatch: table.get("deduplicated_dispatch", .boolean, "false"),
        groupedExperts: table.get("grouped_experts", .boolean, "true"),
        groupedCasts: table.find("grouped_casts", .boolean, "true") ?? false,
        flatRings: table.find("flat_rings", .boolean, "true") ?? false,
        keepsActivationInputsInFP8: table.find("fp8_activation_inputs", .boolean, "true") ?? false,
        fusedLoss: table.find("fused_loss", .boolean, "true") ?? false,
        fusion: PassFusion(
          router: table.find("fused_router", .boolean, "true") ?? false,
          addedGradients: table.find("added_gradients", .boolean, "true") ?? false,
          weighingCombine: table.find("weighing_combine", .boolean, "true") ?? false),
        exchangeSlowdown: table.findSourced("exchange_slowdown", .ratio, .positive, "1.2")
          ?? SoftwareStack.KernelHabits.asInTables)
    }
  }
}
