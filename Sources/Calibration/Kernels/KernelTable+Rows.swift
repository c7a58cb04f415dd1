import CSV
import CostModel
import Hardware
import Units

extension KernelTable {
  /// The measurement that a row tells, or why no curve describes it.
  enum Reading: Sendable {
    case measurement(KernelMeasurement)
    /// A row that is well formed, but of a kind that is not modelled.
    case notModelled(String)
  }

  /// Reads a row of the table.
  ///
  /// - Throws: `CSVError` where a field that must hold a positive number does not.
  func read(_ row: CSVRow) throws -> Reading {
    let time = try row.positive("time_us")
    guard let device = row.text("device") else { throw row.error("device", .emptyValue) }
    let work: KernelMeasurement.Work?
    switch self {
    case .matrix: work = try matrix(row)
    case .attention: work = try attention(row)
    case .collectives: work = try collective(row)
    case .exchange: work = try exchange(row)
    case .fusedExperts: work = try fusedExperts(row)
    case .trainingKernels: work = try training(row)
    }
    guard let work else { return .notModelled(unmodelled(row)) }
    return .measurement(
      KernelMeasurement(
        device: device, time: Seconds(time * 1e-6), work: work, place: "\(row.file):\(row.line)",
        key: fingerprint(row)))
  }

  private func unmodelled(_ row: CSVRow) -> String {
    let telling = ["precision", "collective", "phase", "distribution", "kernel", "pass_"]
    let said = telling.compactMap { column in row.text(column).map { "\(column) '\($0)'" } }
    return "no curve for \(said.joined(separator: ", "))"
  }

  private func matrix(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let (m, n, k) = (try row.positive("m"), try row.positive("n"), try row.positive("k"))
    return format(row).map { .matrix($0, m: m, n: n, k: k) }
  }

  private func attention(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let sequence = try row.positive("seq")
    let width = try row.positive("head_dim")
    var shape = AttentionShape(
      batch: try row.positive("batch"), queries: sequence, keys: sequence,
      heads: try row.positive("heads"), keyValueHeads: try row.positive("kv_heads"),
      queryKeyWidth: width, valueWidth: width, causal: !row["pass_"].contains("full"))
    shape.fillsCache = true
    let isForward = !row["pass_"].contains("backward")
    return isForward && isSixteenBit(row) ? .attention(shape) : nil
  }

  private func collective(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let ranks = try row.positive("ranks")
    let payload = Bytes(try row.positive("bytes"))
    guard ranks <= 1_000_000 else { return nil }
    let name = row["collective"] == "alltoall" ? "all_to_all" : row["collective"]
    return CollectiveKind(rawValue: name).map {
      .collective($0, ranks: Int(ranks), payload: payload)
    }
  }

  private func exchange(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let domains = try row.positive("nodes")
    let (tokens, hidden) = (try row.positive("tokens"), try row.positive("hidden"))
    let (topK, units) = (try row.positive("top_k"), try row.positive("sms"))
    guard let phase = ExchangeShape.Phase(rawValue: row["phase"]), domains <= 100_000 else {
      return nil
    }
    return .exchange(
      .init(
        phase: phase, domains: Int(domains), tokens: tokens, hidden: hidden, topK: topK,
        computeUnits: units))
  }

  private func fusedExperts(_ row: CSVRow) throws -> KernelMeasurement.Work? {
    let (tokens, hidden) = (try row.positive("tokens"), try row.positive("hidden"))
    let (width, topK) = (try row.positive("expert_ffn"), try row.positive("top_k"))
    let experts = try row.positive("experts")
    let (tensor, parallel) = (
      try row.positive("expert_tensor"), try row.positive("expert_parallel")
    )
    guard let format = format(row), let routing = TableRouting(row["distribution"]),
      max(experts, tensor, parallel) <= 100_000
    else { return nil }
    return .fusedExperts(
      .init(
        format: format, kernel: row["kernel"], tokens: tokens, hidden: hidden, width: width,
        topK: topK, experts: Int(experts), expertTensor: Int(tensor),
        expertParallel: Int(parallel), routing: routing))
  }

  private func format(_ row: CSVRow) -> MatrixFormat? {
    isSixteenBit(row) ? .bf16 : MatrixFormat(rawValue: row["precision"])
  }

  private func isSixteenBit(_ row: CSVRow) -> Bool {
    ["", "bf16", "fp16", "bfloat16", "float16"].contains(row["precision"])
  }

  /// A 64-bit FNV-1a hash of all fields but the time.
  private func fingerprint(_ row: CSVRow) -> UInt64 {
    let time = row.header.position(of: "time_us")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for (index, field) in row.fields.enumerated() where index != time {
      for byte in field.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0x1f) &* 0x100_0000_01b3
    }
    return hash ^ (hash >> 29)
  }
}

extension CSVRow {
  /// The number of a field that must be above 0.
  func positive(_ column: String) throws -> Double {
    let number = try number(column)
    guard number > 0, number < 1e18 else { throw error(column, .notPositive(self[column])) }
    return number
  }
}
