import ArgumentParser
import InputFiles
import Planner
import Reports

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Search layouts: the ten best of each fleet, or why none fits. Writes nothing.",
    discussion: "Example: steelyard plan scenarios/ling-lite.yaml")

  @Argument(help: "A scenario file.", completion: .file(extensions: ["yaml"]))
  var scenario: String

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog(scenario: scenario)
      let comparison = try await Comparison.answer(catalog.scenario(at: scenario))
      let report = ComparisonReport(comparison)
      switch shared.format {
      case .table: print(report.planText, terminator: "")
      case .csv: print(report.plans.csvText, terminator: "")
      case .json: print(report.plans.jsonText, terminator: "")
      }
      if !comparison.hasAnswer { throw NoAnswer(questions: [scenario]) }
    }
  }
}
