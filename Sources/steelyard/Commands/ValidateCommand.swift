import ArgumentParser
import InputFiles
import Reports

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Hold predictions against published training runs, or against measured kernels.",
    discussion: """
      Example: steelyard validate
      Example: steelyard validate --runs my-runs.csv --format csv
      Example: steelyard validate --residuals residuals.csv
      Example: steelyard validate --leave-one-out
      Example: steelyard validate --measurements gemm.csv
      Example: steelyard validate --host
      """)

  @Option(
    help: ArgumentHelp(
      "Published runs; those of scenarios/validation/ where it is not given.", valueName: "file"))
  var runs: String?

  @Option(
    help: ArgumentHelp(
      "A kernel table to hold the kernel profiles against, known by its columns.",
      valueName: "file"))
  var measurements: String?

  @Option(
    help: ArgumentHelp(
      "Write every row with its error, the parts of its step and its memory to a file.",
      valueName: "file"))
  var residuals: String?

  @Flag(
    help: """
      Fit each stack again without the runs of one source, and predict these: what to expect of a \
      source that nobody fitted to. Takes a minute or two; writes no reports.
      """)
  var leaveOneOut = false

  @Flag(
    help:
      "Measure parts and steps here that no fit has seen, and hold this machine's profile to them.")
  var host = false

  @Flag(help: "With --host: small shapes.")
  var quick = false

  @Flag(help: "With --host: measure anew what was measured before.")
  var fresh = false

  @Option(help: "With --host: cores that share the work; all where it is not given.")
  var workers: Int?

  @OptionGroup var shared: SharedOptions

  @Option(
    help: ArgumentHelp(
      "The folder for reports. Only the project's own runs write one unasked.",
      valueName: "folder"))
  var output: String?

  func validate() throws {
    if [runs != nil, measurements != nil, host].count(where: { $0 }) > 1 {
      throw ValidationError(
        "--runs, --measurements and --host are different questions. Ask one at a time.")
    }
    if measurements != nil || host, residuals != nil || leaveOneOut {
      throw ValidationError("--residuals and --leave-one-out are questions to published runs.")
    }
    if leaveOneOut, output != nil {
      throw ValidationError("--leave-one-out writes no reports: leave --output out.")
    }
    if !host, quick || fresh || workers != nil {
      throw ValidationError("--quick, --fresh and --workers belong to --host.")
    }
  }

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog(scenario: runs)
      if host {
        try validateHost(catalog)
      } else if let measurements {
        try catalog.validateKernels(at: measurements, format: shared.format)
      } else if leaveOneOut {
        let report = try RunReport(catalog.validateLeavingOut(at: runs.map { [$0] }))
        if let residuals { try write(report.residuals.csvText, to: residuals) }
        print(report.leftOut.text(shared.format), terminator: "")
      } else {
        try validateRuns(catalog)
      }
    }
  }

  private func validateRuns(_ catalog: Catalog) throws {
    let report = try RunReport(catalog.validateRuns(at: runs.map { [$0] }))
    let folder = output ?? (runs == nil ? "\(catalog.reportFolder)/validation" : nil)
    if let folder {
      for file in report.files { try write(file.text, to: "\(folder)/\(file.name)") }
      if !shared.quiet { complain("Reports: \(folder)/") }
    }
    if let residuals { try write(report.residuals.csvText, to: residuals) }
    switch shared.format {
    case .table: print(report.terminalText, terminator: "")
    case .csv: print(report.plain.csvText, terminator: "")
    case .json: print(report.plain.jsonText, terminator: "")
    }
  }
}
