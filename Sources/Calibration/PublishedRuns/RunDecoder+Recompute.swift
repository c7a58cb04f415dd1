import CSV
import Parallelism
import Workload

extension RunDecoder {
  /// What the backward pass computes again: one choice where the row says it, else all of them.
  mutating func recomputes(
    of model: ModelArchitecture, layersPerStage: Int
  ) -> [RunScan.Recomputation] {
    guard let text = fields["recompute"] else {
      assume("recompute any that fits")
      return RunScan.recomputes(
        hasExperts: model.experts != nil, isModernMegatron: isMegatron && month >= "2024")
    }
    return [.init(recompute: stated(text, layersPerStage: layersPerStage), weight: 1)]
  }

  private mutating func stated(_ text: String, layersPerStage: Int) -> Recompute {
    if text.mentions(anyOf: ["full", "block", "uniform"]) {
      return partial(text, layersPerStage: layersPerStage)
    }
    var parts: RecomputeParts = []
    if text.mentions(anyOf: ["attn", "attention", "core"]) { parts.insert(.attention) }
    if text.mentions(anyOf: ["norm", "act,", " act", "gelu", "swiglu"]) {
      parts.insert(.activations)
    }
    if text.mentions(anyOf: ["moe", "mlp", "expert", "ffn"]) { parts.insert(.experts) }
    if text.mentions(anyOf: ["up_proj", "up-proj", "up proj"]) { parts.insert(.upProjections) }
    if !parts.isEmpty { return .selective(parts) }
    // Megatron's word for the core of attention (arXiv 2205.05198, section 5).
    if text.mentions("selective") { return .selective([.attention]) }
    if text.mentions("no") || text == "off" { return .none }
    assume("'\(text)' as full recomputation")
    return .full
  }

  /// `block 30 layers` repeats so many layers of a stage and keeps the rest.
  private func partial(_ text: String, layersPerStage: Int) -> Recompute {
    guard text.mentions("block"), let layers = numbers(in: text).first,
      layers < Double(layersPerStage)
    else { return .full }
    return .share(layers / Double(layersPerStage))
  }
}
