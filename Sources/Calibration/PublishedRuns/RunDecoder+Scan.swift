import CSV
import Parallelism
import Workload

extension RunDecoder {
  /// One reading for each combination of plausible values of what the row leaves open.
  mutating func scan(
    _ plan: ParallelPlan, model: ModelArchitecture, stated: StatedAxes, recipe: TrainingRecipe
  ) -> [RunReading] {
    let recomputes = recomputes(of: model, layersPerStage: model.layers / plan.pipeline)
    let batches = batches(of: recipe, plan: plan, stated: stated)
    let microBatches = microBatches(stated.microBatch, batches: batches, plan: plan)
    let chunks = chunks(stated.virtualStages, of: model, pipeline: plan.pipeline)
    var readings: [RunReading] = []
    for microBatch in microBatches {
      for batch in batches {
        var reading = RunReading(plan: plan, recipe: recipe)
        reading.plan.microBatch = microBatch.size
        split(batch, &reading)
        for cut in interleavings(chunks, reading) {
          reading.plan.virtualStages = cut.count
          reading.plan.schedule = schedule(reading)
          for choice in recomputes {
            reading.plan.recompute = choice.recompute
            reading.weight = microBatch.weight * cut.weight * choice.weight
            readings.append(reading)
          }
        }
      }
    }
    return readings
  }

  /// The printed batch, or those that fill a pipeline of four micro-batches a stage.
  private mutating func batches(
    of recipe: TrainingRecipe, plan: ParallelPlan, stated: StatedAxes
  ) -> [Int] {
    guard fields["global_batch"] == nil else { return [recipe.globalBatch] }
    let fewest = 4 * plan.pipeline * plan.data * (stated.microBatch ?? 1)
    let plausible = RunScan.batchTokens.map { max(1, $0 / recipe.sequenceLength) }
      .filter { $0 >= fewest }
    let batches = plausible.isEmpty ? [fewest] : plausible
    assume("global_batch", oneOf: batches)
    return batches
  }

  private mutating func microBatches(
    _ stated: Int?, batches: [Int], plan: ParallelPlan
  ) -> [RunScan.MicroBatch] {
    if let stated { return [.init(size: stated, weight: 1)] }
    let plausible = RunScan.microBatches(splitsModel: plan.tensor * plan.pipeline > 1)
    let fitting = plausible.filter { choice in
      batches.contains { $0 % (plan.data * choice.size) == 0 }
    }
    let choices = fitting.isEmpty ? [.init(size: 1, weight: 1)] : fitting
    assume("micro_batch", oneOf: choices.map(\.size))
    return choices
  }

  /// Chunks on each stage. Megatron's stacks interleave by default since 2024, and others where
  /// their row says so.
  private mutating func chunks(
    _ stated: Int?, of model: ModelArchitecture, pipeline: Int
  ) -> [RunScan.Chunks] {
    guard pipeline > 1 else { return [.one] }
    if let stated {
      if model.layers >= pipeline * stated { return [.init(count: stated, weight: 1)] }
      assume("no interleaving: \(model.layers) layers do not fill VPP \(stated)")
      return [.one]
    }
    let isModern = isMegatron && month >= "2024" && pipeline >= 4
    guard fields.prose.mentions("interleaved") || isModern else { return [.one] }
    let chunks = RunScan.chunks(layersPerStage: model.layers / pipeline)
    assume("VPP", oneOf: chunks.map(\.count))
    return chunks
  }

  /// Whether the framework is a Megatron of its makers.
  var isMegatron: Bool {
    ["megatron-core", "megatron-bridge", "nemo", "megatron-lm"].contains(fields["stack"] ?? "")
  }

  /// The same, but one chunk where micro-batches do not come in the groups of PP that interleaving
  /// runs them in.
  private mutating func interleavings(
    _ chunks: [RunScan.Chunks], _ reading: RunReading
  ) -> [RunScan.Chunks] {
    let count = reading.plan.microBatches(globalBatch: reading.recipe.globalBatch)
    let isCut = chunks.contains { $0.count > 1 }
    guard isCut, count % reading.plan.pipeline != 0 else { return chunks }
    if chunks.count == 1 {
      assume("no interleaving: micro-batches do not come in groups of PP")
    }
    return [.one]
  }

  /// 1F1B, but for rows that name another schedule, and for DeepSeek's own framework, which runs DualPipe
  /// (arXiv 2412.19437, section 3.2.1).
  private mutating func schedule(_ reading: RunReading) -> ScheduleKind {
    let plan = reading.plan
    guard plan.pipeline > 1, plan.virtualStages == 1, plan.sharding != .weights else {
      return .oneForwardOneBackward
    }
    let microBatches = plan.microBatches(globalBatch: reading.recipe.globalBatch)
    if fields.prose.mentions("dualpipe") || fields["stack"] == "deepseek" {
      let isPaired = plan.pipeline % 2 == 0 && microBatches % 2 == 0
      if isPaired && microBatches >= 2 * plan.pipeline { return .dualPipe }
      assume("1F1B, not DualPipe, for \(microBatches) micro-batches")
    } else if fields.prose.mentions(anyOf: ["zero bubble", "zb"]), microBatches >= plan.pipeline {
      return .zeroBubble
    }
    return .oneForwardOneBackward
  }

  /// Makes the batch a multiple of what all ranks take at once.
  private mutating func split(_ batch: Int, _ reading: inout RunReading) {
    let share = reading.plan.data * reading.plan.microBatch
    let times = max(1, (Double(batch) / Double(share)).rounded())
    reading.recipe.globalBatch = Int(times) * share
    guard reading.recipe.globalBatch != batch else { return }
    if fields["global_batch"] != nil {
      let taken = reading.recipe.globalBatch
      assume("global_batch \(taken), not \(batch), to be shared by all ranks")
    }
    reading.batchScale = Double(batch) / Double(reading.recipe.globalBatch)
  }

  private mutating func assume(_ setting: String, oneOf values: [Int]) {
    assume("\(setting) \(values.map(String.init).joined(separator: "/"))")
  }
}
