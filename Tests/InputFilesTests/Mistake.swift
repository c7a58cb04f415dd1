import Foundation
import Testing

/// A change that makes a well-formed file wrong, and what the reader then says.
struct Mistake: CustomTestStringConvertible {
  var right: String
  var wrong: String
  /// The faults without the file's name in front.
  var faults: [String]

  init(_ right: String, _ wrong: String, _ faults: String...) {
    self.right = right
    self.wrong = wrong
    self.faults = faults
  }

  var testDescription: String { wrong.isEmpty ? "no \(right)" : wrong }

  /// A well-formed file with the mistake in the first place where the right text stands.
  func made(in file: String) -> String {
    guard let range = file.range(of: right) else { return "" }
    return file.replacingCharacters(in: range, with: wrong)
  }
}
