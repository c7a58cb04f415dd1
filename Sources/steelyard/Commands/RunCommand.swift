import ArgumentParser
import InputFiles
import Planner
import Reports

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Answer scenario files: estimate, compare, write reports, print the table.",
    discussion: "Example: steelyard run scenarios/ling-plus.yaml")

  @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml"]))
  var scenarios: [String]

  @OptionGroup var shared: SharedOptions

  @Option(help: ArgumentHelp("The folder for reports, one folder a scenario.", valueName: "folder"))
  var output: String?

  func validate() throws {
    if scenarios.isEmpty { throw ValidationError("Name a scenario file.") }
    if scenarios.count > 1 && shared.format != .table {
      throw ValidationError(
        "Several scenarios have no common table: name one, or leave out --format. Each has its CSV "
          + "files under reports/ all the same.")
    }
  }

  func run() async throws {
    try await failing {
      var unanswered: [String] = []
      for path in scenarios {
        let catalog = try shared.catalog(scenario: path)
        let comparison = try await Comparison.answer(catalog.scenario(at: path))
        let report = ComparisonReport(
          comparison, uncertainty: try await catalog.uncertainty(of: comparison, at: path))
        let folder = "\(output ?? catalog.reportFolder)/\(comparison.scenario.id)"
        try report.write(to: folder)
        show(report)
        if !shared.quiet { complain("Reports: \(folder)/") }
        if !comparison.hasAnswer { unanswered.append(path) }
      }
      if !unanswered.isEmpty {
        throw NoAnswer(questions: unanswered)
      }
    }
  }

  private func show(_ report: ComparisonReport) {
    switch shared.format {
    case .table: print(report.terminalText, terminator: "")
    case .csv: print(report.fleets.csvText, terminator: "")
    case .json: print(report.fleets.jsonText, terminator: "")
    }
  }
}

/// Questions that no fleet answers. Their reports say what is nearest.
struct NoAnswer: Error {
  var questions: [String]
}

extension Catalog {
  /// Where reports go unless the user says otherwise.
  var reportFolder: String { path("reports") }

  /// A path inside the project.
  func path(_ relative: String) -> String { root.isEmpty ? relative : "\(root)/\(relative)" }
}
