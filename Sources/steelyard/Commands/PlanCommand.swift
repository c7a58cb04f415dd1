import ArgumentParser
import InputFiles
import Parallelism
import Planner
import Reports

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Search layouts: the ten best of each fleet, or why none fits. Writes nothing.",
    discussion: """
      Example: steelyard plan scenarios/ling-lite.yaml

      Why another plan loses: steelyard plan scenarios/ling-lite.yaml --explain 'tp8 pp4 ep8'
      """)

  @Argument(help: "A scenario file.", completion: .file(extensions: ["yaml"]))
  var scenario: String

  @Option(
    help: ArgumentHelp(
      "Hold a plan against the best one: which rule refuses it, how much memory it lacks, or which "
        + "part of the step is longer.", valueName: "plan"))
  var explain: String?

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      let named = try explain.map { try ParallelPlan(summary: $0) }
      let catalog = try shared.catalog(scenario: scenario)
      let comparison = try await Comparison.answer(catalog.scenario(at: scenario))
      if let named {
        show(ExplanationReport(try comparison.explain(named)))
        return
      }
      let report = ComparisonReport(comparison)
      switch shared.format {
      case .table: print(report.planText, terminator: "")
      case .csv: print(report.plans.csvText, terminator: "")
      case .json: print(report.plans.jsonText, terminator: "")
      }
      if !comparison.hasAnswer { throw NoAnswer(questions: [scenario]) }
    }
  }

  private func show(_ report: ExplanationReport) {
    let isTable = shared.format == .table
    print(isTable ? report.terminalText : report.table.text(shared.format), terminator: "")
  }
}
