import ArgumentParser
import Calibration
import Foundation
import InputFiles
import Reports

/// What makes profiles of this machine.
struct HostCalibrationOptions: ParsableArguments {
  @Flag(help: "Make profiles of this machine from its measured tables.")
  var host = false

  @Option(help: "Cores that the tables were measured on; all where it is not given.")
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "The folder that steelyard measure wrote; reports/host where it is not given.",
      valueName: "folder"))
  var measured: String?

  /// Fits the machine's fleet, and writes its files into a folder of profiles.
  func write(_ catalog: Catalog, to output: String?, quiet: Bool) throws {
    let folder = HostFolder(path: measured ?? "\(catalog.reportFolder)/host")
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    let fleet = try folder.calibration(workers: workers).fleet
    let profiles = output ?? catalog.path("hardware-profiles")
    for file in HostProfiles(fleet).files {
      try Reports.write(file.text, to: "\(profiles)/\(file.name)")
      if !quiet { complain("\(profiles)/\(file.name)") }
    }
  }
}
