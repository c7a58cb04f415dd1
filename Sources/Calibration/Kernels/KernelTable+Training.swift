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
  ///
  /// A kernel of another name is a pass over memory that moves `bytes`.
  func training(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    guard let precision = TablePrecision(row["precision"]) else { return nil }
    switch row["kernel"] {
    case "attention": return try trainingAttention(row, precision)
    case "gemm", "grouped_gemm": return try trainingProduct(row, precision)
    default: return try memoryPass(row)
    }
  }

  private func trainingAttention(
    _ row: CSVRow, _ precision: TablePrecision
  ) throws -> KernelMeasurement.Work? {
    let sequence = try row.positive("seq")
    let shape = AttentionShape(
      batch: try row.positive("batch"), queries: sequence, keys: sequence,
      heads: try row.positive("heads"), keyValueHeads: try row.positive("kv_heads"),
      queryKeyWidth: try row.positive("qk_head_dim"), valueWidth: try row.positive("v_head_dim"))
    guard ["forward", "backward"].contains(row["pass_"]) else { return nil }
    return .training(
      .attention(shape, backward: row["pass_"] == "backward", precision: precision.precision))
  }

  private func trainingProduct(
    _ row: CSVRow, _ precision: TablePrecision
  ) throws -> KernelMeasurement.Work? {
    let (m, n, k) = (try row.positive("m"), try row.positive("n"), try row.positive("k"))
    guard let pass = matrixPass(row["pass_"]) else { return nil }
    let gradientElement = row["output"] == "bf16" ? Bytes(2) : Bytes(4)
    guard row["kernel"] == "grouped_gemm" else {
      let (rows, outputs, inputs) = layer(pass, m, n, k)
      return .training(
        .matrix(
          .init(
            pass: pass, precision: precision, m: rows, n: outputs, k: inputs,
            gradientElement: gradientElement)))
    }
    return .training(
      .grouped(
        .init(
          pass: pass, precision: precision, groups: try row.positive("groups"), m: m, n: n, k: k,
          gradientElement: gradientElement)))
  }

  private func memoryPass(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let name = row["pass_"] == "backward" ? row["kernel"] + "_backward" : row["kernel"]
    guard Operation.passNames.contains(name) else { return nil }
    return .training(.memory(name, Bytes(try row.positive("bytes"))))
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
