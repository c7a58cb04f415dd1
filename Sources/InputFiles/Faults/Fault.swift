/// Where a fault stands: a file as the user named it, a line counted from 1, a path of keys.
public struct Place: Hashable, Sendable {
  public var file: String
  /// 0 where the fault is of the whole file.
  public var line: Int
  /// Keys from the root, such as `fleets[2].devices`; entries of a list count from 1. Empty at the
  /// root.
  public var key: String

  public init(file: String, line: Int = 0, key: String = "") {
    self.file = file
    self.line = line
    self.key = key
  }
}

/// One thing that is wrong with an input file, and how to mend it.
public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  public var place: Place
  public var cause: Cause

  public init(_ cause: Cause, at place: Place) {
    self.place = place
    self.cause = cause
  }

  /// The fault as a user reads it: `file:line: key: problem. Remedy.`
  public var description: String {
    let line = place.line > 0 ? ":\(place.line)" : ""
    let key = place.key.isEmpty ? "" : " \(shown(place.key)):"
    return "\(place.file)\(line):\(key) \(cause.words)"
  }
}

/// All faults that were found in reading a file and the files that it names.
public struct Faults: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [Fault]

  /// Keeps each fault once, those of one file together and by line.
  public init(_ faults: [Fault]) {
    var files: [String: Int] = [:]
    var seen: Set<Fault> = []
    for fault in faults where files[fault.place.file] == nil {
      files[fault.place.file] = files.count
    }
    self.faults =
      faults
      .filter { seen.insert($0).inserted }
      .enumerated()
      .sorted { a, b in
        let (left, right) = (a.element.place, b.element.place)
        return (files[left.file] ?? 0, left.line, a.offset)
          < (files[right.file] ?? 0, right.line, b.offset)
      }
      .map(\.element)
  }

  /// The same where a key was given elsewhere than in a file: its faults stand there, and on no line.
  ///
  /// - Parameters:
  ///   - key: From the root, such as `plan`.
  ///   - source: Where its value was given, such as `--plan`.
  public func told(of key: String, asOf source: String) -> Faults {
    Faults(
      faults.map { fault in
        let place = fault.place
        guard place.key == key || place.key.hasPrefix("\(key).") else { return fault }
        return Fault(
          fault.cause, at: Place(file: source, key: String(place.key.dropFirst(key.count + 1))))
      })
  }

  /// The most faults that are written out: a file of the wrong kind has one on every line.
  static let mostShown = 50

  public var description: String {
    var lines = faults.prefix(Self.mostShown).map(\.description)
    let left = faults.count - lines.count
    if left > 0 { lines.append("and \(left) more") }
    return lines.joined(separator: "\n")
  }
}
