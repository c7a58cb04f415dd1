import Hardware
import Planner
import TrainingRun

/// The most faults that are kept of one file, and the most names that are looked up for them.
let mostFaults = 1000

/// What is gathered while one file is read: its faults, and the numbers that have an origin.
final class Reading {
  /// The file as the user named it.
  let file: String
  /// The file relative to the project's root, as reports name it.
  let record: String
  private(set) var faults: [Fault] = []
  private(set) var records: [InputRecord] = []
  private(set) var uncertain: [UncertainInput] = []
  /// The names in it that stand for other files.
  private(set) var mentions: [Mention] = []
  /// The origin that a whole file states once for all its numbers.
  var origin: (kind: Provenance, source: String)?

  /// Whether lines are told; not where the user never saw the text.
  private let hasLines: Bool

  init(file: String, record: String, hasLines: Bool = true) {
    self.file = file
    self.record = record
    self.hasLines = hasLines
  }

  func place(line: Int, key: String) -> Place {
    Place(file: file, line: hasLines ? line : 0, key: key)
  }

  /// Whether no more faults are kept: a file of the wrong kind can have one in every line.
  var isFull: Bool { faults.count >= mostFaults }

  func report(_ cause: Cause, line: Int, key: String) {
    guard !isFull else { return }
    faults.append(Fault(cause, at: place(line: line, key: key)))
  }

  func mention(_ kind: FileKind, _ reference: Reference) {
    mentions.append(Mention(kind: kind, reference: reference))
  }

  func keep(
    _ distribution: Distribution, unit: String, _ limits: ClosedRange<Double>, isWhole: Bool,
    at key: String
  ) {
    uncertain.append(
      UncertainInput(
        file: record, key: key, unit: unit, distribution: distribution, limits: limits,
        isWhole: isWhole, isOfStep: !isBeyondSteps(file: record, key: key)))
  }

  func keep(_ value: String, at key: String, kind: Provenance, source: String) {
    records.append(
      InputRecord(file: record, key: key, value: value, kind: kind, source: source))
  }
}

/// Where a value is being read: its keys, its line, and what a right value looks like.
struct Spot {
  var reading: Reading
  var key: String
  var line: Int
  /// A right value, as it is written in the file.
  var example: String

  func report(_ cause: Cause) { reading.report(cause, line: line, key: key) }

  /// Keeps a number that stands here for the list of inputs, with the origin of the whole file.
  func keep(_ value: String) {
    guard let origin = reading.origin else { return }
    reading.keep(value, at: key, kind: origin.kind, source: origin.source)
  }

  /// The spot of an entry of the list here, counted from 1.
  func entry(_ index: Int, line: Int) -> Spot {
    Spot(reading: reading, key: "\(key)[\(index)]", line: line, example: entryExample)
  }

  /// The first entry of an example that is a list: `a` of `[a, b]`, `{...}` of `[{...}]`.
  private var entryExample: String {
    guard example.hasPrefix("["), example.hasSuffix("]") else { return example }
    let entries = example.dropFirst().dropLast()
    return String(entries.hasPrefix("{") ? entries : entries.prefix { $0 != "," })
  }

  var place: Place { reading.place(line: line, key: key) }
}
