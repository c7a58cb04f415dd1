public import Hardware
import Units

/// Writes a kernel profile as the file that `InputFiles` reads: `software/kernels/ID.yaml`.
public struct KernelProfileWriter {
  private let profile: KernelProfile

  public init(_ profile: KernelProfile) {
    self.profile = profile
  }

  /// The file's text. The same profile always gives the same bytes.
  public var text: String {
    var lines = [
      "# What kernels and collective libraries make of \(profile.name): curves fitted to measurements.",
      "name: \(YAMLText.quoted(profile.name))",
      "devices: [\(profile.devices.joined(separator: ", "))]",
      "kind: \(profile.kind.rawValue)",
      "source: \(YAMLText.quoted(profile.source))",
    ]
    if profile.sustainedSlowdown != 1 {
      lines.append("sustained_slowdown: \(YAMLText.digits(profile.sustainedSlowdown))")
    }
    lines += block("matrix", byFormat(profile.matrix) { $0.yaml })
    lines += block("grouped_matrix", byFormat(profile.groupedMatrix) { $0.yaml })
    lines += block("attention", profile.attention.yaml)
    lines += block("memory", profile.memory.yaml)
    let collectives = CollectiveKind.allCases.compactMap { kind in
      profile.collectives[kind].map { (kind.rawValue, YAMLText.table($0.yaml)) }
    }
    lines += block("collectives", collectives)
    lines += block("exchange", profile.exchange.yaml)
    if !profile.fusedExperts.isEmpty {
      lines.append("fused_experts:")
      lines += profile.fusedExperts.flatMap { YAMLText.listItem($0.yaml) }
    }
    if let training = profile.training { lines += block("training", training.yaml) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func byFormat<Curve>(
    _ curves: [MatrixFormat: Curve], _ yaml: (Curve) -> YAMLText.Fields
  ) -> YAMLText.Fields {
    MatrixFormat.allCases.compactMap { format in
      curves[format].map { (format.rawValue, .table(yaml($0))) }
    }
  }

  private func block(_ key: String, _ fields: YAMLText.Fields) -> [String] {
    ["\(key):"] + YAMLText.lines(fields, indent: 2)
  }
}
