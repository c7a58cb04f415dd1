import CostModel
public import MoEKernel
import Units
import Workload

/// The table of this machine's kernels: a table of training kernels, one row an operation.
///
/// Beside that table's columns it names the point of the plan that a row belongs to, the quartiles,
/// and the cores that others kept busy meanwhile.
public enum HostKernelTable {
  /// The rows of a measured part.
  public static func table(of part: PartMeasurement, device: String) -> Table<HostKernelRow> {
    var rows = part.operations.compactMap { operation, time in
      HostKernelRow(operation, time: time, part: part, device: device)
    }
    if let time = part.optimizer {
      let each = Optimizer.adam.traffic(gradient: Bytes(4), weight: Bytes(4))
      var row = HostKernelRow(
        Operation.optimizerPass, "step", time: time, part: part, device: device)
      row.bytes = each * Double(part.trained)
      rows.append(row)
    }
    return Table(columns: columns, rows: rows)
  }

  private static let columns: [Column<HostKernelRow>] = [
    Column("device", \.device), Column("precision") { _ in "fp32" },
    Column("kernel", \.kernel), Column("pass_", \.pass),
    Column("groups", \.groups, decimals: 0), Column("m", \.m, decimals: 2),
    Column("n", \.n, decimals: 0), Column("k", \.k, decimals: 0),
    Column("batch", \.attention?.batch, decimals: 0),
    Column("seq", \.attention?.keys, decimals: 0),
    Column("heads", \.attention?.heads, decimals: 0),
    Column("kv_heads", \.attention?.keyValueHeads, decimals: 0),
    Column("qk_head_dim", \.attention?.queryKeyWidth, decimals: 0),
    Column("v_head_dim", \.attention?.valueWidth, decimals: 0),
    Column("bytes", \.bytes, in: Bytes(1), decimals: 0),
    Column("time_us", \.time.median, in: .microsecond, decimals: 3),
    Column("q1_us", \.time.lowerQuartile, in: .microsecond, decimals: 3),
    Column("q3_us", \.time.upperQuartile, in: .microsecond, decimals: 3),
    Column(count: "repeats", \.part.repeats),
    Column("other_cores", \.part.otherLoad, decimals: 2), Column("point", \.part.shape.key),
  ]
}

/// One operation of a measured part.
public struct HostKernelRow: Sendable {
  var device: String
  var part: PartMeasurement
  var time: Spread
  var kernel: String
  var pass: String
  var groups: Double?
  var m: Double?
  var n: Double?
  var k: Double?
  var attention: AttentionShape?
  var bytes: Bytes?

  fileprivate init(
    _ kernel: String, _ pass: String, time: Spread, part: PartMeasurement, device: String
  ) {
    self.kernel = kernel
    self.pass = pass
    self.time = time
    self.part = part
    self.device = device
  }

  /// Nil for an operation without work.
  fileprivate init?(
    _ operation: Operation, time: Spread, part: PartMeasurement, device: String
  ) {
    let direction = operation.pass == .forward ? "forward" : "backward"
    func row(_ kernel: String, _ pass: String) -> Self {
      Self(kernel, pass, time: time, part: part, device: device)
    }
    switch operation.work {
    case .matrix(let m, let n, let k):
      let product = MatrixProduct(m: m, n: n, k: k, pass: operation.pass)
      self = row("gemm", operation.pass.tableWord)
      (groups, self.m, self.n, self.k) = (1, product.rows, product.columns, product.inner)
    case .groupedMatrix(let rows, let n, let k):
      guard rows.active > 0 else { return nil }
      self = row("grouped_gemm", operation.pass.tableWord)
      (groups, m, self.n, self.k) = (rows.active, rows.total / rows.active, n, k)
    case .attention(let shape):
      self = row("attention", direction)
      attention = shape
    case .memory(let bytes):
      guard bytes > .zero else { return nil }
      self = row(operation.name.snakeCase, direction)
      self.bytes = bytes
    case .collective, .exchange: return nil
    }
  }
}

extension MatrixPass {
  /// The pass as tables of training kernels call it.
  fileprivate var tableWord: String {
    switch self {
    case .forward: "forward"
    case .inputGradient: "dgrad"
    case .weightGradient: "wgrad"
    }
  }
}
