import Foundation
import InputFiles
import Planner
import Reports
import Testing

/// The reports of the example scenarios are files under version control. A change of any number
/// shows here. `UPDATE_REPORTS=1 swift test --filter ReportTests` writes them anew, and fails that
/// run, so that new numbers never pass unseen.
@Suite("The committed reports")
struct ReportTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static let scenarios = [
    "ling-plus", "ling-plus-mixed", "ling-plus-measured-routing", "ling-lite", "dense-against-moe",
    "model-ladder", "deepseek-v3-fleets", "ninety-days", "llama-3-54-days", "dlrover", "pcache-128",
    "pcache-512", "rent-or-buy", "sold-to-china", "figure-8", "young-supernodes",
    "deepseek-v3-step", "slow-interface", "skewed-routing",
  ]

  /// Scenarios whose step is simulated.
  static let simulated = ["deepseek-v3-step", "slow-interface", "skewed-routing"]

  @Test("every example scenario makes the report that is committed", arguments: scenarios)
  func report(id: String) async throws {
    let catalog = try Catalog(root: Self.root)
    let scenario = try catalog.scenario(at: "\(Self.root)/scenarios/\(id).yaml")
    let comparison = try await Comparison.answer(scenario)
    let report = ComparisonReport(
      comparison,
      uncertainty: try await catalog.uncertainty(
        of: comparison, at: "\(Self.root)/scenarios/\(id).yaml"))
    try compare(report.files, id: id)
  }

  @Test("every simulated step makes the report that is committed", arguments: simulated)
  func simulation(id: String) throws {
    let catalog = try Catalog(root: Self.root)
    let scenario = try catalog.scenario(at: "\(Self.root)/scenarios/\(id).yaml")
    let study = try StepStudy(scenario, model: scenario.models[0], fleet: scenario.fleets[0])
    let files = try withFolder { folder in
      var report = SimulationReport(study)
      try report.writeSums(to: folder)
      try report.writeTimeline(to: folder)
      return try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
        (name: name, text: try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
      }
    }
    #expect(files.count == 6)
    try compare(files, id: id)
  }

  private func compare(_ files: [(name: String, text: String)], id: String) throws {
    for file in files {
      let path = "\(Self.root)/reports/\(id)/\(file.name)"
      let committed = try? String(contentsOfFile: path, encoding: .utf8)
      if ProcessInfo.processInfo.environment["UPDATE_REPORTS"] == "1", committed != file.text {
        try write(file.text, to: path)
        Issue.record("Wrote \(id)/\(file.name) anew. Read the difference, then run again.")
        continue
      }
      #expect(committed == file.text, "reports/\(id)/\(file.name) is not what this code makes")
    }
  }

  @Test("every scenario file has its report tested")
  func allScenarios() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/scenarios")
    let ids = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(ids.sorted() == Self.scenarios.sorted())
  }
}
