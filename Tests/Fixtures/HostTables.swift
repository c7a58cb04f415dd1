/// Tables of a machine whose kernels follow plain laws, so that fits and predictions can be worked out
/// by hand: two cores of 1 GHz with 50 operations a cycle are 100 GFLOP/s, memory gives 20 GB/s.
///
/// ```
/// product   10 us + work / 80 GFLOP/s
/// attention 20 us + work / 40 GFLOP/s, backward 2.5 times the work
/// pass       2 us + bytes / 20 GB/s
/// ```
public struct HostTables {
  public var device = "host-2"
  /// Factor on the time of every row of a family, by the row's number.
  public var distortion: (_ family: String, _ row: Int) -> Double = { _, _ in 1 }
  /// Rows of a family that are there; all where it is not named.
  public var rows: [String: Int] = [:]

  public init() {}

  public static let machines = """
    device,processor,workers,instruction_set,operations_per_cycle,clock_ghz,memory_gb,blas_kernels
    host-2,Test,2,Vectors,50,1.0,8,Plain

    """

  private static let header =
    "device,precision,kernel,pass_,groups,m,n,k,batch,seq,heads,kv_heads,qk_head_dim,v_head_dim,"
    + "bytes,time_us"

  /// The kernel table.
  public var kernels: String {
    let lines = products + groupedProducts + attention + passes
    return ([Self.header] + lines).joined(separator: "\n") + "\n"
  }

  private func family(_ name: String, _ lines: [(fields: String, microseconds: Double)]) -> [String]
  {
    lines.prefix(rows[name] ?? lines.count).enumerated().map { row, line in
      "\(device),fp32,\(line.fields),\(line.microseconds * distortion(name, row))"
    }
  }

  private var products: [String] {
    let sides = [(256, 128, 64), (512, 256, 512), (1024, 512, 256), (2048, 1024, 512)]
    return family(
      "gemm",
      sides.flatMap { m, n, k in
        ["forward", "dgrad", "wgrad"].flatMap { pass in
          [1, 2, 3].map { scale in
            let rows = m * scale
            return (
              "gemm,\(pass),1,\(rows),\(n),\(k),,,,,,,", 10 + 2e-3 * Double(rows * n * k) / 80
            )
          }
        }
      })
  }

  private var groupedProducts: [String] {
    let shapes = [(4, 64, 128, 64), (8, 128, 256, 128), (16, 96, 512, 256)]
    return family(
      "grouped_gemm",
      shapes.flatMap { groups, m, n, k in
        ["forward", "dgrad", "wgrad"].flatMap { pass in
          [1, 2, 4].map { scale in
            let work = Double(groups * m * scale * n * k)
            return (
              "grouped_gemm,\(pass),\(groups),\(m * scale),\(n),\(k),,,,,,,", 10 + 2e-3 * work / 80
            )
          }
        }
      })
  }

  private var attention: [String] {
    family(
      "attention",
      [128, 256, 512].flatMap { sequence in
        [2, 4].flatMap { heads in
          [32, 64].flatMap { width in
            ["forward", "backward"].map { pass in
              let pairs = Double(sequence) * Double(sequence + 1) / 2
              let work = 2 * Double(heads) * pairs * Double(2 * width)
              let factor = pass == "forward" ? 1.0 : 2.5
              return (
                "attention,\(pass),,,,,1,\(sequence),\(heads),\(heads),\(width),\(width),",
                20 + factor * 1e-3 * work / 40
              )
            }
          }
        }
      })
  }

  private var passes: [String] {
    family(
      "memory",
      ["permute", "activation", "optimizer", "attention_norm"].flatMap { name in
        ["forward", "backward"].flatMap { pass in
          [100_000, 1_000_000, 4_000_000, 20_000_000].map { bytes in
            let kernel = name == "optimizer" ? "optimizer,step" : "\(name),\(pass)"
            return ("\(kernel),,,,,,,,,,,\(bytes)", 2 + Double(bytes) / 20e3)
          }
        }
      })
  }
}
