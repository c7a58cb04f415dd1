import ArgumentParser

@main
struct Steelyard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steelyard",
    abstract: "Weighs fleets of accelerators against each other for MoE pre-training.",
    discussion: """
      Example: steelyard run scenarios/ling-plus.yaml

      Exit status: 0 done, 1 the work failed or has no answer, 2 the question was ill-posed, \
      64 wrong usage.
      """,
    subcommands: [
      RunCommand.self, CompareCommand.self, PlanCommand.self, SimulateCommand.self,
      SweepCommand.self,
      MergeCommand.self, ProfilesCommand.self, CheckCommand.self, ValidateCommand.self,
      MeasureCommand.self,
      CalibrateCommand.self,
    ])
}
