import ArgumentParser
import Calibration
import Hardware
import InputFiles
import Reports

struct CalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit profiles to measured kernels, to this machine, or to training runs.",
    discussion: """
      Kernel tables are known by their columns; the device and its fabric come from the profiles. \
      Training runs have the schema of scenarios/validation/runs.csv; two of them suffice. The \
      profile is printed, or written where --output says.

      --host makes profiles of this machine from the tables that steelyard measure wrote, and writes \
      them into hardware-profiles/, or another folder of its form: device, fabric, kernels, stack \
      and fleet. A scenario then names the fleet, such as host-2, with precision fp32.

      Example: steelyard calibrate --device nvidia-h100-sxm gemm.csv attention.csv \
      collectives.csv moe-ffn.csv expert-all-to-all.csv
      Example: steelyard calibrate --device nvidia-h100-sxm gemm.csv --fallback nvidia-h100-sxm
      Example: steelyard calibrate --runs my-runs.csv \
      --output hardware-profiles/software/stacks/mine.yaml
      Example: steelyard calibrate --host
      """)

  @Argument(help: "Kernel tables.", completion: .file(extensions: ["csv"]))
  var tables: [String] = []

  @OptionGroup(title: "Kernel options") var kernels: KernelCalibrationOptions

  @OptionGroup(title: "Stack options") var runs: StackCalibrationOptions

  @OptionGroup(title: "Options of this machine") var hosts: HostCalibrationOptions

  @Option(
    help: ArgumentHelp(
      "The file to write the profile to; with --host, the folder of all profiles.",
      valueName: "path"))
  var output: String?

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if hosts.host {
      guard tables.isEmpty, kernels.device == nil, runs.runs == nil else {
        throw ValidationError("--host takes this machine's own tables: give no others.")
      }
    } else if hosts.workers != nil || hosts.measured != nil {
      throw ValidationError("--workers and --measured belong to --host.")
    } else if runs.runs != nil {
      guard tables.isEmpty, kernels.device == nil else {
        throw ValidationError(
          "--runs fits a software stack: give no kernel tables and no --device.")
      }
    } else if tables.isEmpty || kernels.device == nil {
      throw ValidationError(
        "Give kernel tables and their --device, training runs by --runs, or --host.")
    }
  }

  func run() async throws {
    try await failing {
      let text: String
      if hosts.host {
        return try hosts.write(shared.catalog(), to: output, quiet: shared.quiet)
      }
      if let file = runs.runs {
        let catalog = try shared.catalog(scenario: file)
        if runs.checkTwo {
          let lines = try catalog.twoRunCheck(file, prior: runs.prior)
          return print(TwoRunReport.table(lines).text(shared.format), terminator: "")
        }
        let stack = try catalog.fittedStack(file, options: runs, output: output)
        text = StackProfileWriter(stack).text
        if !shared.quiet, let quality = stack.quality { complain(quality.words) }
      } else {
        text = try KernelProfileWriter(kernels.profile(tables, shared.catalog())).text
      }
      if let output { try write(text, to: output) } else { print(text, terminator: "") }
    }
  }
}

/// What a kernel calibration is told beside its tables.
struct KernelCalibrationOptions: ParsableArguments {
  @Option(help: "The device to fit, as in hardware-profiles/devices/ and in the tables.")
  var device: String?

  @Option(help: "Who measured, and where the tables stand.")
  var source = "kernel tables given to steelyard calibrate"

  @Option(help: "Devices whose exchange and training rows count too, separated by commas.")
  var twins = ""

  @Option(
    help: "Devices of the same architecture, separated by commas: they shape the corrections.")
  var relatives = ""

  @Option(
    help: "Share of its interface that a rank got from 8 domains on in the exchange tables.")
  var tableNetworkShare: Double?

  @Option(help: "Ranks of one host in the tables of expert exchange.")
  var ranksPerDomain = 8

  @Option(
    help: "A kernel profile whose curves stand in for families that the tables lack.")
  var fallback: String?

  func profile(_ tables: [String], _ catalog: Catalog) throws -> KernelProfile {
    let calibration = try KernelCalibration(tables: tables)
    var assumptions = KernelCalibration.Assumptions()
    assumptions.twins = twins.split(separator: ",").map(String.init)
    assumptions.relatives = relatives.split(separator: ",").compactMap {
      catalog.devices.load(String($0))?.value
    }
    assumptions.tableNetwork = tableNetworkShare.map { .init(domains: 8, share: $0) }
    assumptions.ranksPerDomain = ranksPerDomain
    if let name = fallback {
      guard let fallback = catalog.kernels.load(name)?.value else {
        throw ValidationError("--fallback: there is no sound kernel profile '\(name)'.")
      }
      assumptions.fallback = fallback
      assumptions.exchange = fallback.exchange
      assumptions.passes = fallback.passFactors
    }
    let device = device ?? ""
    guard let silicon = catalog.devices.load(device)?.value else {
      throw ValidationError("'\(device)' has no device profile in hardware-profiles/devices/.")
    }
    let fabric = catalog.fabrics.all().compactMap(\.value).first { $0.devices.contains(device) }
    return try calibration.profile(
      of: silicon, link: fabric?.scaleUp.bandwidth.value,
      interface: fabric?.scaleOut?.bandwidth.value, source: source, assuming: assumptions)
  }
}
