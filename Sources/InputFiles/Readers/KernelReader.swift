import Hardware
import Units

extension Form where Value == KernelProfile {
  /// What kernels make of a device: `hardware-profiles/software/kernels/ID.yaml`.
  ///
  /// One origin, `kind` and `source`, stands for every number of the file.
  static func kernels(id: String) -> Form {
    .table { table in
      let name = table.get("name", .text, "cuBLAS and NCCL on H100")
      let devices = table.get("devices", .names(of: .device), "[nvidia-h100-sxm]")
      let kind = table.get("kind", .choice as Form<Provenance>, "measured")
      let source = table.get("source", .text, "where the measurements stand")
      table.setOrigin(kind, source: source)
      let profile = KernelProfile(
        id: id, name: name, devices: devices, kind: kind, source: source,
        matrix: table.get("matrix", .byFormat(.matrixCurve), "{bf16: ...}"),
        groupedMatrix: table.get("grouped_matrix", .byFormat(.groupedCurve), "{bf16: ...}"),
        attention: table.get("attention", .attentionCurve, "{efficiency: 0.6, ...}"),
        memory: table.get("memory", .memoryCurve, "{efficiency: 0.8, launch: 4 us}"),
        collectives: table.get("collectives", .collectives, "{all_reduce: ..., ...}"),
        exchange: table.get("exchange", .exchangeCurve, "{dispatch: ..., combine: ...}"),
        fusedExperts: table.find(
          "fused_experts", .list(.fusedExperts), "[{kernel: fused_moe, ...}]") ?? [],
        training: table.find("training", .trainingFactors, "{matrix: 1.2, ...}"),
        sustainedSlowdown: table.find("sustained_slowdown", .quantity(.ratio, .positive), "1.1")
          ?? 1)
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return profile
    }
  }
}

extension Form {
  /// A curve for each format; BF16, which stands in for the others, must be there.
  fileprivate static func byFormat<Curve>(
    _ curve: Form<Curve>
  ) -> Form where Value == [MatrixFormat: Curve] {
    .table { table in
      var curves = [MatrixFormat.bf16: table.get("bf16", curve, "{efficiency: 0.8, ...}")]
      for format in MatrixFormat.allCases where format != .bf16 {
        curves[format] = table.find(format.rawValue, curve, "{efficiency: 0.7, ...}")
      }
      return curves
    }
  }
}

extension Form where Value == [CollectiveKind: CollectiveCurve] {
  fileprivate static var collectives: Form {
    .table { table in
      var curves: Value = [:]
      for kind in CollectiveKind.allCases {
        curves[kind] = table.get(
          kind.rawValue, .collectiveCurve, "{protocols: [...], scale_out_efficiency: 0.8}")
      }
      return curves
    }
  }
}
