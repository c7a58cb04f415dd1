import Hardware
import TrainingRun

/// A table of keys being read. Each key is declared by the call that reads it, once.
///
/// A reader is one expression over a table; it runs to its end whatever is wrong, so that all faults
/// are told at once. It can also be run over `Table.absent`, which holds nothing and reports nothing,
/// to learn which keys it declares.
final class Table {
  /// One declared key.
  struct Field {
    var key: String
    var isRequired: Bool
    /// A right value.
    var example: String
    /// The keys of the table, or of each table of the list, that stands there.
    var nested: () -> [Field]
  }

  /// Nil in a table that is not there.
  private let spot: Spot?
  private let entries: [YAMLEntry]
  private let indices: [String: Int]
  /// The declared keys, in the order of the declarations.
  private(set) var fields: [Field] = []
  /// Declared keys that hold no sound value.
  private var unsound: Set<String> = []
  /// Required keys that are not there.
  private var missing: [(key: String, example: String)] = []
  private var takesAnyKey = false

  private init(entries: [YAMLEntry], spot: Spot?) {
    self.entries = entries
    indices = Dictionary(uniqueKeysWithValues: zip(entries.map(\.key), entries.indices))
    self.spot = spot
  }

  /// A new table that is not there: nothing in it is missed.
  static var absent: Table { Table(entries: [], spot: nil) }

  convenience init?(_ node: YAMLNode, at spot: Spot) {
    guard case .table(let entries) = node.content else {
      spot.report(.key(.wrongShape(found: node.shape, wanted: [.table], example: spot.example)))
      return nil
    }
    self.init(entries: entries, spot: spot)
  }

  /// The value of a key that must be there.
  func get<Value>(_ key: String, _ form: Form<Value>, _ example: String) -> Value {
    fields.append(
      Field(key: key, isRequired: true, example: example, nested: form.fields))
    guard spot != nil else { return form.substitute() }
    guard let entry = entry(key) else {
      unsound.insert(key)
      missing.append((key, example))
      return form.substitute()
    }
    return value(of: entry, form, example) ?? form.substitute()
  }

  /// The value of a key that may be absent.
  func find<Value>(_ key: String, _ form: Form<Value>, _ example: String) -> Value? {
    fields.append(
      Field(key: key, isRequired: false, example: example, nested: form.fields))
    return entry(key).flatMap { value(of: $0, form, example) }
  }

  /// All keys of a table whose keys are names that the file chooses.
  func names<Value>(_ form: Form<Value>, _ example: String) -> [(name: String, value: Value)] {
    takesAnyKey = true
    return entries.compactMap { entry in
      value(of: entry, form, example).map { (entry.key, $0) }
    }
  }

  /// Whether the table itself stands in the file.
  var isPresent: Bool { spot != nil }

  var isEmpty: Bool { entries.isEmpty }

  func has(_ key: String) -> Bool { entry(key) != nil }

  /// Whether all these keys were read without a fault, so that they can be held against each other.
  func isSound(_ keys: String...) -> Bool {
    spot != nil && unsound.isDisjoint(with: keys)
  }

  func place(of key: String) -> Place {
    let line = entry(key)?.line ?? spot?.line ?? 0
    return spot?.reading.place(line: line, key: path(of: key)) ?? Place(file: "")
  }

  /// Reports what several values say together, at one of them.
  func report(_ cause: Cause, at key: String = "") {
    guard let spot else { return }
    unsound.insert(key)
    let line = entry(key)?.line ?? entries.first?.line ?? spot.line
    spot.reading.report(cause, line: line, key: path(of: key))
  }

  /// Takes a key for the name of a file of a kind.
  func mention(_ kind: FileKind, _ key: String) {
    spot?.reading.mention(kind, Reference(key, at: place(of: key)))
  }

  /// Keeps the number that this table is, with its origin, for the list of inputs.
  func keep(_ value: String, kind: Provenance, source: String) {
    spot?.reading.keep(value, at: spot?.key ?? "", kind: kind, source: source)
  }

  /// Keeps the distribution of the number that this table is.
  func keep(
    _ distribution: Distribution, unit: String, _ limits: ClosedRange<Double>, isWhole: Bool
  ) {
    spot?.reading.keep(distribution, unit: unit, limits, isWhole: isWhole, at: spot?.key ?? "")
  }

  /// Keeps numbers of a key for the list of inputs, with the origin of the whole file.
  func keep(_ value: String, at key: String) {
    guard let spot else { return }
    Spot(reading: spot.reading, key: path(of: key), line: spot.line, example: "").keep(value)
  }

  /// States the origin of all plain numbers of the file.
  func setOrigin(_ kind: Provenance, source: String) {
    spot?.reading.origin = (kind, source)
  }

  /// Takes the keys that are left as they are, where what they mean could not be found out.
  func ignoreOtherKeys() { takesAnyKey = true }

  /// Reports the keys that are unknown or missing, once every declared key was read.
  ///
  /// A key that is probably a misspelled one is told as that, and the right one is not missed.
  func finish() {
    let meant = takesAnyKey ? [] : refuseUnknownKeys()
    guard let spot else { return }
    for field in missing where !meant.contains(field.key) {
      spot.reading.report(
        .key(.missing(example: "\(field.key): \(field.example)")),
        line: entries.first?.line ?? spot.line, key: path(of: field.key))
    }
  }

  /// Reports the keys that were not declared; returns the ones that they were probably meant to be.
  private func refuseUnknownKeys() -> Set<String> {
    guard let spot else { return [] }
    let known = fields.map(\.key)
    let absent = known.filter { !has($0) }
    var meant: Set<String> = []
    for entry in entries where !known.contains(entry.key) && !spot.reading.isFull {
      let isNumber = entry.value.isNull && entry.key.allSatisfy(\.isNumber)
      let near = nearest(to: entry.key, among: absent + known)
      if let near { meant.insert(near) }
      spot.reading.report(
        .key(isNumber ? .splitNumber : .unknown(nearest: near, known: known)),
        line: entry.line, key: path(of: entry.key))
    }
    return meant
  }

  private func entry(_ key: String) -> YAMLEntry? { indices[key].map { entries[$0] } }

  private func value<Value>(
    of entry: YAMLEntry, _ form: Form<Value>, _ example: String
  ) -> Value? {
    guard let spot else { return nil }
    let before = spot.reading.faults.count
    let here = Spot(
      reading: spot.reading, key: path(of: entry.key), line: entry.line, example: example)
    let value = form.value(of: entry.value, at: here)
    if spot.reading.faults.count > before { unsound.insert(entry.key) }
    return value
  }

  /// The keys that lead to one of this table. The amount of a number with an origin stands for the
  /// number: `memory.capacity`, not `memory.capacity.value`.
  func path(of key: String) -> String {
    let above = spot?.key ?? ""
    return key == "value" ? above : joined(above, key)
  }
}
