import ArgumentParser
import InputFiles
import Planner
import Reports
import CostModel
import TrainingRun
import Units

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run")
  @Argument var scenarios: [String]
  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      for path in scenarios {
        let catalog = try shared.catalog(scenario: path)
        let comparison = try await Comparison.answer(catalog.scenario(at: path))
        for row in comparison.fleetRows {
          print(row.model, row.fleet, row.status, row.remark, row.step?.plan.summary ?? "", row.step?.stepTime.value ?? 0, row.step?.modelUtilization ?? 0, row.run?.cost?.value ?? 0, row.evaluated)
          if let b = row.step?.breakdown { print("   ", b) }
        }
      }
    }
  }
}
