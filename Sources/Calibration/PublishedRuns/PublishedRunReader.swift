public import CSV
public import Workload

/// Reads a file of published runs, in either of two schemas: the one with a `value` column, or the
/// one with a `measured` column and layouts in lower case.
///
/// A cell that cannot be understood never stops the reading: its row says why it is skipped.
///
/// - Parameter model: Finds the model file that a row's `model_key` names, for shapes that the row
///   itself does not print.
/// - Throws: `CSVError` where the file is no table, or has no column for an id, a metric or a value.
public func readPublishedRuns(
  _ reader: CSVReader, model: (String) -> ModelArchitecture?
) throws -> [PublishedRow] {
  let table = try CSVTable(reader)
  var faults: [CSVFault] = []
  for column in ["id", "metric"] where !table.columns.contains(column) {
    faults.append(missing(column, in: table))
  }
  if !table.columns.contains("value"), !table.columns.contains("measured") {
    faults.append(missing("value", in: table))
  }
  guard faults.isEmpty else { throw CSVError(faults) }
  return table.rows.map { publishedRow(RunFields($0), line: $0.line, model: model) }
}

private func missing(_ column: String, in table: CSVTable) -> CSVFault {
  CSVFault(
    file: table.name, line: 1, column: column, cause: .missingColumn(present: table.columns))
}

func publishedRow(
  _ fields: RunFields, line: Int, model: (String) -> ModelArchitecture?
) -> PublishedRow {
  let memory = (1...3).lazy.compactMap { MemoryObservation(fields, slot: $0) }.first
  var label = RunLabel(fields, line: line)
  do throws(RunSkip) {
    let observation = try observation(fields)
    if let observation {
      label.metric = observation.metric
      label.unit = observation.unit
      label.observed = observation.value
    }
    var decoder = RunDecoder(fields: fields, lookup: model)
    let run = try decoder.run(label: label, observation: observation)
    return PublishedRow(label: label, memory: memory, content: .success(run))
  } catch {
    return PublishedRow(label: label, memory: memory, content: .failure(error))
  }
}

/// What the row measured; nil where it reports that the run does not fit in memory.
private func observation(_ fields: RunFields) throws(RunSkip) -> RunObservation? {
  do throws(RunSkip) {
    return try RunObservation(fields)
  } catch {
    guard error == .outOfMemory else { throw error }
    return nil
  }
}

extension RunLabel {
  init(_ fields: RunFields, line: Int) {
    self.init(
      id: fields["id"] ?? "line-\(line)", source: fields["source"] ?? "",
      model: fields["model"] ?? fields["model_key"] ?? "",
      device: fields["device_key"] ?? fields["devices"] ?? "", tier: fields["tier"] ?? "",
      precision: fields["precision"] ?? "", isMoE: fields["experts"] != nil,
      metric: fields["metric"] ?? "", unit: fields["unit"] ?? "",
      observed: fields["value"].flatMap(singleNumber))
  }
}
