public import Planner
public import TrainingRun

/// A file that was read: its value, or its faults.
public struct Profile<Value> {
  /// The file's name without `.yaml`.
  public var id: String
  /// The file as messages name it.
  public var path: String
  /// Nil where the file has faults.
  public var value: Value?
  public var faults: [Fault]
  /// The numbers of the file that have an origin.
  public var records: [InputRecord]
  /// The numbers of the file that are not sure.
  public var uncertain: [UncertainInput]
  /// The other files that it names.
  var mentions: [Mention]
}

/// A name in one file that stands for another file.
struct Mention {
  var kind: FileKind
  var reference: Reference
}

/// Reads what one file says.
///
/// - Parameters:
///   - path: The file as messages name it.
///   - record: The file relative to the project's root, as reports name it.
///   - hasLines: Whether messages name lines; not where the user never saw the text.
func readProfile<Value>(
  _ form: Form<Value>, kind: FileKind, id: String, path: String, record: String, hasLines: Bool,
  _ document: YAMLDocument
) -> Profile<Value> {
  let reading = Reading(file: path, record: record, hasLines: hasLines)
  let value = readRoot(form, kind: kind, document, into: reading)
  return Profile(
    id: id, path: path, value: reading.faults.isEmpty ? value : nil, faults: reading.faults,
    records: reading.records, uncertain: reading.uncertain, mentions: reading.mentions)
}

private func readRoot<Value>(
  _ form: Form<Value>, kind: FileKind, _ document: YAMLDocument, into reading: Reading
) -> Value? {
  for fault in document.faults { reading.report(fault.cause, line: fault.line, key: fault.key) }
  let required = form.fields().filter(\.isRequired)
  guard let root = document.root, !root.isNull else {
    if document.faults.isEmpty {
      reading.report(
        .file(.empty(kind: kind, required: required.map(\.key))), line: 0, key: "")
    }
    return nil
  }
  let example = required.first.map { "\($0.key): \($0.example)" } ?? ""
  return form.value(
    of: root, at: Spot(reading: reading, key: "", line: root.line, example: example))
}
