import ArgumentParser
import CostModel
import Hardware
import InputFiles
import Planner
import Reports
import Workload

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulate one step by events: timeline, critical path, pipeline picture.",
    discussion: """
      Example: steelyard simulate scenarios/deepseek-v3-step.yaml --trace step.json

      A trace opens in ui.perfetto.dev or chrome://tracing.
      """)

  @Argument(help: "A scenario file.", completion: .file(extensions: ["yaml"]))
  var scenario: String

  @Option(
    help: ArgumentHelp(
      "The layout, as in a scenario: best, or '{pipeline: 8, expert: 8, schedule: zb-h1}'. "
        + "The scenario's own where it is not given.",
      valueName: "plan"))
  var plan: String?

  @Option(help: "A fleet of the scenario; its first where it is not given.")
  var fleet: String?

  @Option(help: "A model of the scenario; its first where it is not given.")
  var model: String?

  @Option(help: "Seed of the loads of expert ranks.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Write the step as a trace to this file.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var trace: String?

  @Flag(
    help: ArgumentHelp(
      "Write sums only; remove timeline, critical path and picture of an earlier run."))
  var sums = false

  @OptionGroup var shared: SharedOptions

  @Option(help: ArgumentHelp("The folder for reports, one folder a scenario.", valueName: "folder"))
  var output: String?

  func validate() throws {
    if sums, trace != nil {
      throw ValidationError("A trace needs the timeline. Leave out --sums or --trace.")
    }
  }

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog(scenario: scenario)
      let question = try question(catalog)
      let study = try StepStudy(
        question, model: try chosen(question.models, \.id, named: model, of: "model"),
        fleet: try chosen(question.fleets, \.id, named: fleet, of: "fleet"),
        seed: seed)
      var report = SimulationReport(study)
      let folder = "\(output ?? catalog.reportFolder)/\(question.id)"
      try report.writeSums(to: folder)
      if sums {
        report.removeTimeline(from: folder)
      } else {
        try report.writeTimeline(to: folder, trace: trace)
      }
      switch shared.format {
      case .table: print(report.terminalText, terminator: "")
      case .csv: print(report.cases.csvText, terminator: "")
      case .json: print(report.cases.jsonText, terminator: "")
      }
      if !shared.quiet { complain("Reports: \(folder)/" + (trace.map { ", trace: \($0)" } ?? "")) }
    }
  }

  /// The scenario, under the plan of the command line where one is given.
  private func question(_ catalog: Catalog) throws -> Scenario {
    guard let plan else { return try catalog.scenario(at: scenario) }
    do throws(Faults) {
      return try catalog.overriding(plan: plan, ofScenario: scenario).scenario(at: scenario)
    } catch {
      throw error.told(of: "plan", asOf: "--plan")
    }
  }

  private func chosen<Choice>(
    _ choices: [Choice], _ id: KeyPath<Choice, String>, named name: String?, of kind: String
  ) throws -> Choice {
    guard
      let choice = name.map({ name in choices.first { $0[keyPath: id] == name } })
        ?? choices.first
    else {
      throw UnknownChoice(
        kind: kind, name: name ?? "", choices: choices.map { $0[keyPath: id] })
    }
    return choice
  }
}

/// A name on the command line that the scenario does not have.
struct UnknownChoice: Error, CustomStringConvertible {
  var kind: String
  var name: String
  var choices: [String]

  var description: String {
    "--\(kind): the scenario has no \(kind) '\(name.prefix(60))'. "
      + "It has: \(choices.joined(separator: ", "))."
  }
}
