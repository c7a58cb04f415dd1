import ArgumentParser
import Calibration
import Hardware
import InputFiles
import Reports

struct CalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit a kernel profile of one device to measured kernel tables, and print it.",
    discussion: """
      The tables are known by their columns; the device and its fabric come from the profiles.

      Example: steelyard calibrate --device nvidia-h100-sxm gemm.csv attention.csv \
      collectives.csv moe-ffn.csv expert-all-to-all.csv
      """)

  @Argument(help: "Kernel tables.", completion: .file(extensions: ["csv"]))
  var tables: [String]

  @Option(help: "The device to fit, as in hardware-profiles/devices/ and in the tables.")
  var device: String

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
    help: "A kernel profile whose expert exchange and gradient factors stand in for missing rows.")
  var fallback: String?

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog()
      let calibration = try KernelCalibration(tables: tables)
      var assumptions = KernelCalibration.Assumptions()
      assumptions.twins = twins.split(separator: ",").map(String.init)
      assumptions.relatives = relatives.split(separator: ",").compactMap {
        catalog.devices.load(String($0))?.value
      }
      assumptions.tableNetwork = tableNetworkShare.map { .init(domains: 8, share: $0) }
      assumptions.ranksPerDomain = ranksPerDomain
      if let fallback = fallback.flatMap({ catalog.kernels.load($0)?.value }) {
        assumptions.exchange = fallback.exchange
        assumptions.passes = fallback.passFactors
      }
      guard let silicon = catalog.devices.load(device)?.value,
        let fabric = catalog.fabrics.all().compactMap(\.value).first(where: {
          $0.devices.contains(device)
        })
      else {
        throw ValidationError("'\(device)' has no device profile, or no fabric lists it.")
      }
      let profile = try calibration.profile(
        of: silicon, link: fabric.scaleUp.bandwidth.value,
        interface: fabric.scaleOut?.bandwidth.value, source: source, assuming: assumptions)
      print(KernelProfileWriter(profile).text, terminator: "")
    }
  }
}
