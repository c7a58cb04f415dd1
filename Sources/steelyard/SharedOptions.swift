public import ArgumentParser
import InputFiles
public import Reports

extension TableFormat: ExpressibleByArgument {}

/// Options that most commands share.
struct SharedOptions: ParsableArguments {
  @Option(help: "How results are printed.")
  var format: TableFormat = .table

  @Option(
    help: ArgumentHelp(
      "The folder that holds hardware-profiles/ and scenarios/. "
        + "Found around the scenario or the current folder where it is not given.",
      valueName: "folder"))
  var root: String?

  @Flag(help: "Print results only.")
  var quiet = false

  func catalog(scenario: String? = nil) throws -> Catalog {
    try Catalog(root: root, scenario: scenario)
  }
}
