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
        exchange: table.get("exchange", .exchangeCurve, "{launch: 10 us, ...}"))
      _ = table.find("notes", .list(.text))
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
        curves[format] = table.find(format.rawValue, curve)
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

extension Form where Value == MatrixCurve {
  fileprivate static var matrixCurve: Form {
    .table { table in
      MatrixCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.8"),
        kRamp: table.figure("k_ramp", .ratio, .notNegative, "120"),
        edge: table.figure("edge", .ratio, .notNegative, "30"),
        waveExponent: table.figure("wave_exponent", .ratio, .fraction, "0.5"),
        bandwidthEfficiency: table.figure("bandwidth_efficiency", .ratio, .share, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "4 us"),
        blend: table.figure("blend", .ratio, .from(1, to: 100), "4"),
        quality: table.find("quality", .fitQuality))
    }
  }
}

extension Form where Value == GroupedMatrixCurve {
  fileprivate static var groupedCurve: Form {
    .table { table in
      GroupedMatrixCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.7"),
        kRamp: table.figure("k_ramp", .ratio, .notNegative, "120"),
        rowTile: table.figure("row_tile", .ratio, .from(1, to: 4096), "64"),
        bandwidthEfficiency: table.figure("bandwidth_efficiency", .ratio, .share, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "6 us"),
        perExpert: table.figure("per_expert", .time, .notNegative, "0.1 us"),
        blend: table.figure("blend", .ratio, .from(1, to: 100), "4"),
        quality: table.find("quality", .fitQuality))
    }
  }
}

extension Form where Value == AttentionCurve {
  fileprivate static var attentionCurve: Form {
    .table { table in
      AttentionCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.6"),
        sequenceRamp: table.figure("sequence_ramp", .ratio, .notNegative, "600"),
        headRamp: table.figure("head_ramp", .ratio, .notNegative, "8"),
        launch: table.figure("launch", .time, .notNegative, "5 us"),
        backwardSlowdown: table.figure("backward_slowdown", .ratio, .positive, "1.3"),
        quality: table.find("quality", .fitQuality))
    }
  }
}

extension Form where Value == MemoryCurve {
  fileprivate static var memoryCurve: Form {
    .table { table in
      MemoryCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "4 us"))
    }
  }
}

extension Form where Value == CollectiveCurve {
  fileprivate static var collectiveCurve: Form {
    .table { table in
      CollectiveCurve(
        protocols: table.get(
          "protocols", .list(.communicationProtocol),
          "[{latency: 9 us, latency_per_step: 0.5 us, efficiency: 0.8}]"),
        scaleOutEfficiency: table.figure("scale_out_efficiency", .ratio, .share, "0.8"),
        quality: table.find("quality", .fitQuality))
    }
  }
}

extension Form where Value == CollectiveCurve.CommunicationProtocol {
  fileprivate static var communicationProtocol: Form {
    .table { table in
      CollectiveCurve.CommunicationProtocol(
        latency: table.figure("latency", .time, .notNegative, "9 us"),
        latencyPerStep: table.figure("latency_per_step", .time, .notNegative, "0.5 us"),
        efficiency: table.figure("efficiency", .ratio, .share, "0.8"))
    }
  }
}

extension Form where Value == ExchangeCurve {
  fileprivate static var exchangeCurve: Form {
    .table { table in
      ExchangeCurve(
        launch: table.figure("launch", .time, .notNegative, "10 us"),
        scaleUpEfficiency: table.figure("scale_up_efficiency", .ratio, .share, "0.8"),
        scaleOutEfficiency: table.figure("scale_out_efficiency", .ratio, .share, "0.8"),
        quality: table.find("quality", .fitQuality))
    }
  }
}

extension Form where Value == FitQuality {
  fileprivate static var fitQuality: Form {
    .table { table in
      FitQuality(
        points: table.get("points", .integer(0...1_000_000_000), "120"),
        heldBackMedian: table.get("held_back_median", .quantity(.ratio, .notNegative), "0.07"),
        heldBackP90: table.get("held_back_p90", .quantity(.ratio, .notNegative), "0.24"))
    }
  }
}
