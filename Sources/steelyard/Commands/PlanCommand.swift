import ArgumentParser
import InputFiles
import Parallelism
import Planner
import Reports
import Units

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

  @Flag(
    help: ArgumentHelp(
      "Price every plan of the search space, without bounds and on one core: how many there are, how "
        + "many fit, how many are priced in a second. Some are held against the estimator."))
  var every = false

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if every && explain != nil {
      throw ValidationError("'--every' and '--explain' are two questions. Ask one at a time.")
    }
  }

  func run() async throws {
    try await failing {
      if every { return try count() }
      let named = try explain.map { try ParallelPlan(summary: $0) }
      let catalog = try shared.catalog(scenario: scenario)
      let comparison = try await Comparison.answer(
        catalog.scenario(at: scenario), drawsRuns: false)
      if let named {
        show(ExplanationReport(try comparison.explain(named), of: comparison.scenario))
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

  private func count() throws {
    let scenario = try shared.catalog(scenario: scenario).scenario(at: scenario)
    var rows: [CensusRow] = []
    for model in scenario.models {
      for fleet in scenario.fleets {
        let start = ContinuousClock.now
        let census = try PlanCensus(scenario, model: model, fleet: fleet)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard let census else {
          throw PlanIsGiven(scenario: self.scenario)
        }
        rows.append(try CensusRow(census, seconds: Seconds(seconds)))
      }
    }
    print(CensusRow.table(rows).text(shared.format), terminator: "")
  }

  private func show(_ report: ExplanationReport) {
    let isTable = shared.format == .table
    print(isTable ? report.terminalText : report.table.text(shared.format), terminator: "")
  }
}

/// A question about a search space, of a scenario that has none.
struct PlanIsGiven: Error, CustomStringConvertible {
  var scenario: String

  var description: String {
    "\(scenario): plan: is given, so there is no space to search. Write 'plan: best' or "
      + "'plan: {search: {...}}'."
  }
}
