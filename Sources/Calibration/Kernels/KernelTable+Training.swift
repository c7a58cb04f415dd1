import CSV
import CostModel
import Hardware
import Units

extension KernelTable {
  /// Reads a row of kernels as a training framework runs them.
  ///
  /// `m`, `n`, `k` are rows, columns and inner dimension of the product that ran, so those of a
  /// gradient are turned back into the layer's own: dX (m × n) comes from dY (m × k), and dW
  /// (m × n) from m × k and k × n operands. Grouped products name the layer's own shape in all
  /// passes.
  func training(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    guard ["", "bf16", "fp16"].contains(row["precision"]) else { return nil }
    if row["kernel"] == "attention" {
      let sequence = try row.positive("seq")
      let shape = AttentionShape(
        batch: try row.positive("batch"), queries: sequence, keys: sequence,
        heads: try row.positive("heads"), keyValueHeads: try row.positive("kv_heads"),
        queryKeyWidth: try row.positive("qk_head_dim"), valueWidth: try row.positive("v_head_dim"))
      switch row["pass_"] {
      case "forward": return .training(.attention(shape, backward: false))
      case "backward": return .training(.attention(shape, backward: true))
      default: return nil
      }
    }
    let (m, n, k) = (try row.positive("m"), try row.positive("n"), try row.positive("k"))
    guard let pass = matrixPass(row["pass_"]) else { return nil }
    let gradientElement = row["output"] == "bf16" ? Bytes(2) : Bytes(4)
    switch row["kernel"] {
    case "gemm":
      let (rows, outputs, inputs) = layer(pass, m, n, k)
      return .training(
        .matrix(pass, m: rows, n: outputs, k: inputs, gradientElement: gradientElement))
    case "grouped_gemm":
      let groups = try row.positive("groups")
      return .training(
        .grouped(
          .init(
            pass: pass, groups: groups, m: m, n: n, k: k, gradientElement: gradientElement)))
    default: return nil
    }
  }

  private func matrixPass(_ text: String) -> MatrixPass? {
    switch text {
    case "forward": .forward
    case "dgrad": .inputGradient
    case "wgrad": .weightGradient
    default: nil
    }
  }

  private func layer(
    _ pass: MatrixPass, _ m: Double, _ n: Double, _ k: Double
  ) -> (Double, Double, Double) {
    switch pass {
    case .forward: (m, n, k)
    case .inputGradient: (m, k, n)
    case .weightGradient: (k, n, m)
    }
  }
}
