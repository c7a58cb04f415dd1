/// A kind of kernel table, known by its columns.
public enum KernelTable: String, CaseIterable, Sendable {
  case trainingKernels, fusedExperts, exchange, collectives, attention, matrix

  /// What the kind is called in messages.
  public var name: String {
    switch self {
    case .matrix: "matrix products"
    case .attention: "attention"
    case .collectives: "collectives"
    case .exchange: "expert exchange"
    case .fusedExperts: "fused expert layers"
    case .trainingKernels: "training kernels"
    }
  }

  /// Columns that a table of the kind must have. Others, such as `source`, are welcome.
  public var columns: [String] {
    let work =
      switch self {
      case .matrix: ["precision", "m", "n", "k"]
      case .attention: ["batch", "seq", "heads", "kv_heads", "head_dim"]
      case .collectives: ["collective", "ranks", "bytes"]
      case .exchange: ["phase", "nodes", "hidden", "tokens", "top_k", "sms"]
      case .fusedExperts:
        [
          "precision", "tokens", "hidden", "expert_ffn", "top_k", "experts", "expert_tensor",
          "expert_parallel", "distribution", "kernel",
        ]
      case .trainingKernels:
        [
          "kernel", "pass_", "groups", "m", "n", "k", "batch", "seq", "heads", "kv_heads",
          "qk_head_dim", "v_head_dim",
        ]
      }
    return ["device"] + work + ["time_us"]
  }

  /// The kind of table that a header belongs to.
  ///
  /// - Parameter file: The table's name, for messages.
  /// - Throws: `UnknownKernelTable` where none has all its columns there.
  public init(header: [String], file: String = "") throws {
    let present = Set(header)
    guard let table = Self.allCases.first(where: { present.isSuperset(of: $0.columns) }) else {
      throw UnknownKernelTable(header: header, file: file)
    }
    self = table
  }
}

/// A table whose columns are those of no kernel table.
public struct UnknownKernelTable: Error, Hashable, CustomStringConvertible {
  public var header: [String]
  /// The table's name; empty where it has none.
  public var file: String

  public init(header: [String], file: String = "") {
    self.header = header
    self.file = file
  }

  public var description: String {
    let present = Set(header)
    let nearest = KernelTable.allCases.max { a, b in
      share(of: a, present) < share(of: b, present)
    }
    let shown = header.prefix(16).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
    let place = file.isEmpty ? "" : "\(file):1: "
    let start = "\(place)the columns \(shown) are those of no kernel table."
    guard let nearest, share(of: nearest, present) > 0.3 else {
      let kinds = KernelTable.allCases.map {
        "\($0.name): \($0.columns.joined(separator: ","))"
      }
      return "\(start) Use one of these headers. " + kinds.joined(separator: "; ")
    }
    let missing = nearest.columns.filter { !present.contains($0) }
    return "\(start) A table of \(nearest.name) also needs \(missing.joined(separator: ", "))."
  }

  private func share(of table: KernelTable, _ present: Set<String>) -> Double {
    Double(table.columns.count { present.contains($0) }) / Double(table.columns.count)
  }
}
