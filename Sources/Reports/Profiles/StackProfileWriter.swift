import Foundation
public import Hardware

/// Writes a software stack as the file that `InputFiles` reads: `software/stacks/ID.yaml`.
public struct StackProfileWriter {
  private let stack: SoftwareStack

  public init(_ stack: SoftwareStack) {
    self.stack = stack
  }

  /// The file's text. The same stack always gives the same bytes.
  public var text: String {
    var lines = [
      "# What \(stack.name) gets out of the hardware.", "name: \(YAMLText.quoted(stack.name))",
    ]
    if !stack.covers.isEmpty {
      lines.append("covers:")
      lines += stack.covers.flatMap { YAMLText.lines($0) }
    }
    lines += block("overlap", overlap)
    lines += block("host", host)
    lines += block("memory", memory)
    lines += block("kernels", kernels)
    lines.append("schedules: [\(stack.schedules.sorted().joined(separator: ", "))]")
    if let quality = stack.quality {
      lines += block(
        "quality",
        [("trained", quality.trained.yaml), ("held_back", quality.heldBack.yaml)])
    }
    if !stack.notes.isEmpty {
      lines.append("notes:")
      lines += stack.notes.map { "  - \(YAMLText.inQuotes($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func block(_ key: String, _ fields: YAMLText.Fields) -> [String] {
    ["\(key):"] + YAMLText.lines(fields, indent: 2)
  }

  private var overlap: YAMLText.Fields {
    let overlap = stack.overlap
    return [
      ("tensor", overlap.tensor.yaml), ("context", overlap.context.yaml),
      ("expert", overlap.expert.yaml), ("pipeline", overlap.pipeline.yaml),
      ("gradient_reduction", overlap.gradientReduction.yaml),
      ("parameter_gather", overlap.parameterGather.yaml),
      ("fully_sharded", overlap.fullySharded.yaml),
    ]
  }

  private var host: YAMLText.Fields {
    let host = stack.host
    return [
      ("per_layer", host.perLayer.yaml), ("per_expert_layer", host.perExpertLayer.yaml),
      ("per_local_expert", host.perLocalExpert.yaml), ("per_collective", host.perCollective.yaml),
      ("per_step", host.perStep.yaml),
    ]
  }

  private var memory: YAMLText.Fields {
    let memory = stack.memory
    return [
      ("reserved", memory.reserved.yaml), ("fragmentation", memory.fragmentation.yaml),
      ("cache_share", memory.cacheShare.yaml),
      ("gradient_element", memory.gradientElement.yaml),
    ]
  }

  private var kernels: YAMLText.Fields {
    let kernels = stack.kernels
    return [
      ("matrix_slowdown", kernels.matrixSlowdown.yaml),
      ("attention_slowdown", kernels.attentionSlowdown.yaml),
      ("elementwise_traffic", kernels.elementwiseTraffic.yaml),
      ("exchange_slowdown", kernels.exchangeSlowdown.yaml),
      ("fused_attention", .word("\(kernels.fusedAttention)")),
      ("deduplicated_dispatch", .word("\(kernels.deduplicatedDispatch)")),
      ("grouped_experts", .word("\(kernels.groupedExperts)")),
    ] + switches
  }
}

extension StackProfileWriter {
  /// Switches that files leave out where they are off.
  private var switches: YAMLText.Fields {
    let kernels = stack.kernels
    let switches = [
      ("grouped_casts", kernels.groupedCasts), ("flat_rings", kernels.flatRings),
      ("fp8_activation_inputs", kernels.keepsActivationInputsInFP8),
      ("fused_loss", kernels.fusedLoss), ("fused_router", kernels.fusion.router),
      ("added_gradients", kernels.fusion.addedGradients),
      ("weighing_combine", kernels.fusion.weighingCombine),
    ]
    return switches.filter(\.1).map { ($0.0, .word("true")) }
  }
}

extension YAMLText {
  fileprivate static func lines(_ covers: SoftwareStack.Coverage) -> [String] {
    var fields: YAMLText.Fields = [
      ("framework", .word(quoted(covers.framework))), ("from", .word(covers.from)),
      ("to", .word(covers.to)),
    ]
    if let source = covers.source { fields.append(("source", .word(inQuotes(source)))) }
    if let model = covers.model { fields.append(("model", .word(inQuotes(model)))) }
    if !covers.devices.isEmpty {
      fields.append(("devices", .word("[\(covers.devices.joined(separator: ", "))]")))
    }
    if let vendor = covers.vendor { fields.append(("vendor", .word(inQuotes(vendor)))) }
    if covers.fullySharded { fields.append(("fully_sharded", .word("true"))) }
    return ["  - {\(fields.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", "))}"]
  }
}

extension RunErrors {
  fileprivate var yaml: YAMLText {
    .table([
      ("runs", .integer(runs)), ("median", .number(median)), ("p90", .number(p90)),
      ("bias", .number(bias)),
    ])
  }
}
