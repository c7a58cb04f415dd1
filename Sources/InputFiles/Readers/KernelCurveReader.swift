import CostModel
import Hardware
import Units

extension Form where Value == MatrixCurve {
  static var matrixCurve: Form {
    .table { table in
      MatrixCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.8"),
        kRamp: table.figure("k_ramp", .ratio, .notNegative, "120"),
        tileOverhead: table.figure("tile_overhead", .ratio, .notNegative, "30"),
        splitCost: table.figure("split_cost", .time, .notNegative, "3 us"),
        bandwidthEfficiency: table.figure("bandwidth_efficiency", .ratio, .positive, "0.8"),
        cache: table.find("cache", .figure(.data, .notNegative), "50 MB") ?? .zero,
        launch: table.figure("launch", .time, .notNegative, "4 us"),
        blend: table.figure("blend", .ratio, .from(1, to: 1000), "4"),
        conversionBytes: table.find("conversion_bytes", .figure(.ratio, .notNegative), "3") ?? 0,
        inputGradientSlowdown: table.slowdown("input_gradient_slowdown"),
        weightGradientSlowdown: table.slowdown("weight_gradient_slowdown"),
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        correction: table.find("correction", .correctionGrid, "{axes: [...], factors: [...]}"))
    }
  }
}

extension Table {
  /// A factor on a time that is 1 where the file is silent.
  fileprivate func slowdown(_ key: String) -> Double {
    find(key, .figure(.ratio, .positive), "1.1") ?? 1
  }
}

extension Form where Value == GroupedMatrixCurve {
  static var groupedCurve: Form {
    .table { table in
      GroupedMatrixCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.7"),
        kRamp: table.figure("k_ramp", .ratio, .notNegative, "120"),
        rowTile: table.figure("row_tile", .ratio, .from(1, to: 4096), "64"),
        bandwidthEfficiency: table.figure("bandwidth_efficiency", .ratio, .positive, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "6 us"),
        perExpert: table.figure("per_expert", .time, .notNegative, "0.1 us"),
        blend: table.figure("blend", .ratio, .from(1, to: 1000), "4"),
        inputGradientSlowdown: table.slowdown("input_gradient_slowdown"),
        weightGradientSlowdown: table.slowdown("weight_gradient_slowdown"),
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        correction: table.find("correction", .correctionGrid, "{axes: [...], factors: [...]}"))
    }
  }
}

extension Form where Value == FusedExpertsCurve {
  static var fusedExperts: Form {
    .table { table in
      FusedExpertsCurve(
        kernel: table.get("kernel", .text, "fused_moe"),
        format: table.get("format", .choice as Form<MatrixFormat>, "bf16"),
        gated: table.get("gated", .boolean, "true"),
        product: table.get("product", .groupedCurve, "{efficiency: 0.7, ...}"),
        tokenPasses: table.figure("token_passes", .ratio, .notNegative, "1"),
        rowPasses: table.figure("row_passes", .ratio, .notNegative, "2"),
        innerPasses: table.figure("inner_passes", .ratio, .notNegative, "3"),
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        corrections: table.find(
          "corrections", .list(.correctionGrid), "[{axes: [...], factors: [...]}]") ?? [])
    }
  }
}

extension Form where Value == AttentionCurve {
  static var attentionCurve: Form {
    .table { table in
      AttentionCurve(
        efficiency: table.figure("efficiency", .ratio, .share, "0.6"),
        sequenceRamp: table.figure("sequence_ramp", .ratio, .notNegative, "600"),
        widthRamp: table.figure("width_ramp", .ratio, .notNegative, "40"),
        headRamp: table.find("head_ramp", .figure(.ratio, .notNegative), "1") ?? 0,
        waveExponent: table.figure("wave_exponent", .ratio, .fraction, "0.4"),
        bandwidthEfficiency: table.figure("bandwidth_efficiency", .ratio, .positive, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "5 us"),
        backwardSlowdown: table.figure("backward_slowdown", .ratio, .positive, "1.3"),
        cachePasses: table.find("cache_passes", .figure(.ratio, .notNegative), "2") ?? 0,
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"),
        correction: table.find("correction", .correctionGrid, "{axes: [...], factors: [...]}"))
    }
  }
}

extension Form where Value == MemoryCurve {
  static var memoryCurve: Form {
    .table { table in
      // Caches may serve most passes of a small machine, above the rate of its memory.
      MemoryCurve(
        efficiency: table.figure("efficiency", .ratio, .positive, "0.8"),
        launch: table.figure("launch", .time, .notNegative, "4 us"),
        passes: table.find("passes", .passes, "{permute: {efficiency: 0.7, launch: 4 us}}") ?? [:])
    }
  }
}

extension Form where Value == [String: MemoryCurve.Pass] {
  /// Passes over memory by the names of the lowering's operations.
  fileprivate static var passes: Form {
    .table { table in
      var passes: Value = [:]
      for name in Operation.passNames {
        passes[name] = table.find(name, .memoryPass, "{efficiency: 0.7, launch: 4 us}")
      }
      return passes
    }
  }
}

extension Form where Value == MemoryCurve.Pass {
  fileprivate static var memoryPass: Form {
    .table { table in
      MemoryCurve.Pass(
        efficiency: table.figure("efficiency", .ratio, .positive, "0.7"),
        launch: table.figure("launch", .time, .notNegative, "4 us"))
    }
  }
}

extension Form where Value == TrainingFactors {
  static var trainingFactors: Form {
    .table { table in
      TrainingFactors(
        matrix: table.figure("matrix", .ratio, .positive, "1.2"),
        groupedMatrix: table.figure("grouped_matrix", .ratio, .positive, "1.2"),
        groupedPerExpert: table.find("grouped_per_expert", .figure(.time, .notNegative), "4 us")
          ?? .zero,
        attention: table.figure("attention", .ratio, .positive, "1.1"),
        quality: table.find("quality", .fitQuality, "{points: 120, ...}"))
    }
  }
}

extension Form where Value == FitQuality {
  static var fitQuality: Form {
    .table { table in
      FitQuality(
        points: table.get("points", .integer(0...1_000_000_000), "120"),
        heldBackMedian: table.get("held_back_median", .quantity(.ratio, .notNegative), "0.07"),
        heldBackP90: table.get("held_back_p90", .quantity(.ratio, .notNegative), "0.24"))
    }
  }
}
