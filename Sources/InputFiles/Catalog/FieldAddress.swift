import Foundation

/// One field of one input file: what a sweep varies and what an override replaces.
///
/// Written `training.global_batch` for a field of the scenario at hand, and
/// `hardware-profiles/prices/ling-report.yaml:prices.ling-d` for one of another file.
public struct FieldAddress: Hashable, Sendable, CustomStringConvertible {
  /// The file relative to the project's root, such as `scenarios/ling-plus.yaml`.
  public var file: String
  /// The path of keys from the root of the file, such as `fleets[2].devices`; entries of a list count
  /// from 1. The amount of a number with an origin stands for the number: `memory.capacity`.
  public var key: String

  public init(file: String, key: String) {
    self.file = file
    self.key = key
  }

  /// Reads an address as it is written in a scenario.
  ///
  /// - Parameter scenario: The name of the scenario whose field it is where no file is named.
  public init(_ text: String, inScenario scenario: String) {
    if let end = text.range(of: ".yaml:") {
      file = String(text[..<end.upperBound].dropLast())
      key = String(text[end.upperBound...])
    } else {
      file = "\(FileKind.scenario.folder)/\(scenario).yaml"
      key = text
    }
  }

  public var description: String { "\(file):\(key)" }
}

/// Another value for a field, written as it would stand in the file: `8192`, `20 RMB/h`, `[a, b]`.
public struct Override: Hashable, Sendable {
  public var field: FieldAddress
  public var text: String

  public init(_ field: FieldAddress, _ text: String) {
    self.field = field
    self.text = text
  }
}
