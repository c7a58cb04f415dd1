public import CSV
public import Units

/// Holds kernel tables against the curves of the profiles: predicts every row.
public struct KernelValidation {
  /// What predicts the rows of a device, or why nothing does.
  public enum Machine: Sendable {
    case known(MeasuredMachine)
    case unknown(reason: String)
  }

  private let machine: (_ device: String) throws -> Machine

  /// - Parameter machine: Looks a device up; called once a device.
  public init(machine: @escaping (_ device: String) throws -> Machine) {
    self.machine = machine
  }

  /// A row of the table and its prediction.
  public struct Row: Sendable {
    /// The table's own fields, in its order.
    public var fields: [String]
    public var device: String
    /// `bf16`, `fp8`, `fp8_block`, or empty where the table has no such column.
    public var precision: String
    public var measured: Seconds
    /// Nil where the row was skipped.
    public var predicted: Seconds?
    /// Whether the curve is continued there, beyond the shapes that it was fitted on.
    public var isContinued = false
    /// `predicted`, with a remark where the curve is continued, or `skipped: ` and the reason.
    public var status: String

    /// Predicted ÷ measured − 1.
    public var relativeError: Double? { predicted.map { $0 / measured - 1 } }
  }

  /// Predicts the rows of a table, one at a time, in its order.
  ///
  /// Memory use does not grow with the table. A row whose numbers cannot be read is a fault, told
  /// with all others at the end; the rows around it are predicted.
  ///
  /// - Parameters:
  ///   - header: Called once with the table's columns and its kind, before the first row.
  ///   - row: Called for each row.
  /// - Throws: `UnknownKernelTable`, `CSVError`, or what the closures throw.
  public func forEachRow(
    of reader: CSVReader, header: ([String], KernelTable) throws -> Void,
    row body: (Row) throws -> Void
  ) throws {
    var table: KernelTable?
    var predictors: [String: Predictor] = [:]
    try reader.forEachRow { row in
      if table == nil {
        let kind = try KernelTable(header: row.header.columns, file: reader.name)
        try header(row.header.columns, kind)
        table = kind
      }
      guard let table else { return }
      try body(try predict(row, table, &predictors))
    }
  }

  private enum Predictor {
    case known(KernelPredictor)
    case unknown(String)
  }

  private func predict(
    _ row: CSVRow, _ table: KernelTable, _ predictors: inout [String: Predictor]
  ) throws -> Row {
    let device = row["device"]
    var result = Row(
      fields: row.fields, device: device, precision: row["precision"],
      measured: Seconds(try row.positive("time_us") * 1e-6), predicted: nil, status: "")
    switch try table.read(row) {
    case .notModelled(let reason):
      result.status = "skipped: \(reason)"
    case .measurement(let measurement):
      switch try predictor(device, &predictors) {
      case .unknown(let reason): result.status = "skipped: \(reason)"
      case .known(let predictor):
        switch predictor.predict(measurement.work) {
        case .time(let time):
          result.predicted = time
          result.isContinued = !predictor.isMeasured(measurement.work)
          result.status =
            result.isContinued ? "predicted: beyond the shapes of the fit" : "predicted"
        case .skipped(let reason): result.status = "skipped: \(reason)"
        }
      }
    }
    return result
  }

  private func predictor(
    _ device: String, _ predictors: inout [String: Predictor]
  ) throws -> Predictor {
    if let known = predictors[device] { return known }
    let predictor: Predictor =
      switch try machine(device) {
      case .known(let machine): .known(KernelPredictor(machine))
      case .unknown(let reason): .unknown(reason)
      }
    predictors[device] = predictor
    return predictor
  }
}
