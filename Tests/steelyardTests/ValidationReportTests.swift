import Foundation
import InputFiles
import Reports
import Testing

@testable import steelyard

/// The validation against published runs is a report under version control, like those of the
/// scenarios: a profile or a formula that moves a prediction shows here.
@Suite("The committed validation")
struct ValidationReportTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  @Test("the published runs are predicted as the committed report says")
  func report() throws {
    let catalog = try Catalog(root: Self.root)
    let report = try RunReport(catalog.validateRuns())
    for file in report.files {
      let path = "\(Self.root)/reports/validation/\(file.name)"
      let committed = try? String(contentsOfFile: path, encoding: .utf8)
      if ProcessInfo.processInfo.environment["UPDATE_REPORTS"] == "1", committed != file.text {
        try write(file.text, to: path)
        Issue.record("Wrote validation/\(file.name) anew. Read the difference, then run again.")
        continue
      }
      #expect(
        committed == file.text, "reports/validation/\(file.name) is not what this code makes")
    }
  }
}
