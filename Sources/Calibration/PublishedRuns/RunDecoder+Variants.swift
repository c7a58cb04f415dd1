import CSV
import Parallelism
import Workload

extension RunDecoder {
  /// One plan for each degree of recomputation that the row may mean.
  mutating func variants(
    of plan: ParallelPlan, model: ModelArchitecture, stated: StatedAxes, batch: Int
  ) -> [ParallelPlan] {
    var plan = plan
    plan.microBatch = stated.microBatch ?? 1
    if stated.microBatch == nil { assume("micro_batch 1") }
    plan.virtualStages = virtualStages(stated.virtualStages, of: model, pipeline: plan.pipeline)
    // Interleaving runs micro-batches in groups of PP.
    if plan.virtualStages > 1, plan.microBatches(globalBatch: batch) % plan.pipeline != 0 {
      plan.virtualStages = 1
      assume("no interleaving: micro-batches do not come in groups of PP")
    }
    let recomputes = recomputes(layersPerStage: model.layers / plan.pipeline)
    if recomputes.count > 1 { assume("as little recomputation as fits") }
    return recomputes.map { recompute in
      plan.recompute = recompute
      return plan
    }
  }

  /// Chunks on each stage. Megatron's stacks interleave by default since 2024, and others where
  /// their row says so; then every stage is cut into as many equal chunks as it can, up to 8.
  private mutating func virtualStages(
    _ stated: Int?, of model: ModelArchitecture, pipeline: Int
  ) -> Int {
    guard pipeline > 1 else { return 1 }
    if let stated {
      if model.layers >= pipeline * stated { return stated }
      assume("no interleaving: \(model.layers) layers do not fill VPP \(stated)")
      return 1
    }
    let stack = fields["stack"] ?? ""
    let isMegatron = ["megatron-core", "megatron-bridge", "nemo", "megatron-lm"].contains(stack)
    let isModern = isMegatron && month >= "2024" && pipeline >= 4
    guard fields.prose.mentions("interleaved") || isModern else { return 1 }
    let perStage = model.layers / pipeline
    let chunks = (1...8).last { perStage % $0 == 0 && perStage >= $0 } ?? 1
    assume("VPP \(chunks)")
    return chunks
  }

  /// What the backward pass computes again: one choice where the row says it, else all of them.
  private mutating func recomputes(layersPerStage: Int) -> [Recompute] {
    guard let text = fields["recompute"] else {
      return [
        .none, .selective([.activations]), .selective([.attention, .activations]), .full,
      ]
    }
    if text.mentions(anyOf: ["full", "block", "uniform"]) {
      return [partial(text, layersPerStage: layersPerStage)]
    }
    var parts: RecomputeParts = []
    if text.mentions(anyOf: ["attn", "attention", "core"]) { parts.insert(.attention) }
    if text.mentions(anyOf: ["norm", "act,", " act", "gelu", "swiglu"]) {
      parts.insert(.activations)
    }
    if text.mentions(anyOf: ["moe", "mlp", "expert", "ffn"]) { parts.insert(.experts) }
    if !parts.isEmpty { return [.selective(parts)] }
    // Megatron's word for the core of attention (arXiv 2205.05198, section 5).
    if text.mentions("selective") { return [.selective([.attention])] }
    if text.mentions("no") || text == "off" { return [.none] }
    assume("'\(text)' as full recomputation")
    return [.full]
  }

  /// `block 30 layers` repeats so many layers of a stage and keeps the rest: full where that is
  /// half of them or more, none where it is less.
  private mutating func partial(_ text: String, layersPerStage: Int) -> Recompute {
    guard text.mentions("block"), let layers = numbers(in: text).first else { return .full }
    let isMost = 2 * layers >= Double(layersPerStage)
    if layers < Double(layersPerStage) {
      assume("\(isMost ? "full" : "no") recomputation for '\(text)'")
    }
    return isMost ? .full : .none
  }
}
