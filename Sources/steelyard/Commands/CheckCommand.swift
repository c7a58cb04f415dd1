import ArgumentParser
import InputFiles

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check input files and the files that they name: all faults at once.",
    discussion: "Example: steelyard check scenarios/*.yaml hardware-profiles/devices/*.yaml")

  @Argument(
    help: "Input files of any kind; all files of the project where none is named.",
    completion: .file(extensions: ["yaml"]))
  var files: [String] = []

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog(scenario: files.first)
      let faults = files.isEmpty ? catalog.checkAll() : files.flatMap(catalog.check)
      if !faults.isEmpty { throw Faults(faults) }
      if !shared.quiet {
        print(files.isEmpty ? "No faults." : "No faults in \(files.count) files.")
      }
    }
  }
}
