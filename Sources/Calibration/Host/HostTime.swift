import CSV
public import MoEKernel
public import Units

/// The measured time of a pass of a part, or of a whole step: a row of a part table.
///
/// The columns are those of a shape (`HostTime.columns`), `pass` and `time_us`.
public struct HostTime: Sendable {
  public enum Pass: String, CaseIterable, Sendable {
    case forward, backward
    /// Forward, backward and the optimizer.
    case step
  }

  public static let columns = [
    "device", "part", "pass", "batch", "sequence_length", "hidden", "heads", "kv_heads",
    "head_dim", "experts", "top_k", "width", "shared_width", "vocabulary", "layers", "time_us",
  ]

  public var device: String
  public var shape: MeasuredShape
  public var pass: Pass
  public var time: Seconds

  public init(device: String, shape: MeasuredShape, pass: Pass, time: Seconds) {
    self.device = device
    self.shape = shape
    self.pass = pass
    self.time = time
  }

  /// The passes of a measured part.
  public static func times(of part: PartMeasurement, device: String) -> [(HostTime, Spread)] {
    let passes: [(Pass, Spread)] =
      part.shape.part == .step
      ? [(.step, part.whole)] : [(.forward, part.forward), (.backward, part.backward)]
    return passes.map { pass, spread in
      (HostTime(device: device, shape: part.shape, pass: pass, time: spread.median), spread)
    }
  }

  /// Reads a part table.
  ///
  /// - Throws: `CSVError` with every row that cannot be read.
  public static func read(_ path: String) throws -> [HostTime] {
    var times: [HostTime] = []
    try CSVReader(path: path, required: columns).forEachRow { row in
      times.append(try HostTime(row))
    }
    return times
  }

  private init(_ row: CSVRow) throws {
    guard let part = MeasuredShape.Part(rawValue: row["part"]) else {
      throw row.error(
        "part", .notAWord(row["part"], MeasuredShape.Part.allCases.map(\.rawValue)))
    }
    guard let pass = Pass(rawValue: row["pass"]) else {
      throw row.error("pass", .notAWord(row["pass"], Pass.allCases.map(\.rawValue)))
    }
    var shape = MeasuredShape(
      part, sequenceLength: try row.size("sequence_length", least: 1),
      hidden: try row.size("hidden", least: 1))
    shape.batch = try row.size("batch", least: 1)
    shape.heads = try row.size("heads")
    shape.keyValueHeads = try row.size("kv_heads")
    shape.headWidth = try row.size("head_dim")
    shape.experts = try row.size("experts")
    shape.topK = try row.size("top_k")
    shape.width = try row.size("width")
    shape.sharedWidth = try row.size("shared_width")
    shape.vocabulary = try row.size("vocabulary")
    shape.layers = try row.size("layers")
    self.init(
      device: row["device"], shape: shape, pass: pass,
      time: Seconds(try row.positive("time_us") * 1e-6))
  }
}

extension CSVRow {
  /// A whole number of a plausible size.
  fileprivate func size(_ column: String, least: Int = 0) throws -> Int {
    let number = try integer(column)
    guard number >= least, number <= 1_000_000_000 else {
      throw error(column, .notPositive(self[column]))
    }
    return number
  }
}
