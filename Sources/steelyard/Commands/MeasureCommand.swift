import ArgumentParser
import Calibration
import Foundation
import InputFiles
import MoEKernel
import Reports
import Units

struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Run the real MoE kernel on this machine and write measurement tables.",
    discussion: """
      Measures products, layers with experts, attention, heads and whole steps over a planned grid \
      of shapes. A run that was ended goes on where it stopped.

      --compare trains one small model on all cores of this machine and on one of them, each at the \
      hourly price of a fleet, and lays time, cost and saving beside what the profiles fitted to \
      both fleets' tables predict.

      Example: steelyard measure --quick
      Example: steelyard measure --train
      Example: steelyard measure --compare
      """)

  @Flag(help: "Small shapes, in under a minute.")
  var quick = false

  @Flag(help: "Train a small MoE model on a text, and write its expert loads and its loss.")
  var train = false

  @Flag(help: "Train on two fleets of this machine, and hold the predicted saving to the real one.")
  var compare = false

  @Option(
    help: ArgumentHelp(
      "With --compare: fleets whose prices the strong and the weaker side bear.",
      valueName: "strong,weak"))
  var pricedAs = "ling-d,ling-a"

  @Option(help: "With --compare: the currency of costs.")
  var currency = "RMB"

  @Flag(help: "Forget what was measured before on as many workers.")
  var fresh = false

  @Option(help: "Cores that share the work; all where it is not given.")
  var workers: Int?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Begin no further shape after so many seconds.", valueName: "seconds"))
  var limit: Double?

  @Option(help: "Draws the shapes, and the weights of a training.")
  var seed: UInt64 = MeasurementPlan.usualSeed

  @Option(help: "Optimizer steps of a training.")
  var steps = 300

  @Option(
    help: ArgumentHelp(
      "The text to train on; the one in scenarios/text/ where it is not given.", valueName: "file"))
  var text: String?

  @OptionGroup var shared: SharedOptions

  @Option(help: ArgumentHelp("The folder for tables.", valueName: "folder"))
  var output: String?

  func validate() throws {
    if let workers, workers < 1 { throw ValidationError("--workers must be 1 or more.") }
    if steps < 1 { throw ValidationError("--steps must be 1 or more.") }
    if let limit, !(limit > 0) { throw ValidationError("--for must be above 0.") }
    if train, compare { throw ValidationError("--train and --compare are two runs. Ask for one.") }
    if compare, workers != nil {
      throw ValidationError("--compare uses all cores and then one: leave --workers out.")
    }
    if pricedFleets.count != 2 {
      throw ValidationError("--priced-as needs two fleets, such as 'ling-d,ling-a'.")
    }
  }

  /// The fleets whose prices the strong and the weaker side bear.
  var pricedFleets: [String] { pricedAs.split(separator: ",").map(String.init) }

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog()
      let folder = HostFolder(path: output ?? "\(catalog.reportFolder)/host")
      let cores = ProcessInfo.processInfo.activeProcessorCount
      if let workers, workers > cores {
        throw ValidationError("This machine has \(cores) cores; --workers asks for \(workers).")
      }
      if train {
        try trainModel(catalog, folder)
      } else if compare {
        try compareFleets(catalog, folder)
      } else {
        try measure(folder, workers: workers ?? cores)
      }
    }
  }

  private func measure(_ folder: HostFolder, workers: Int) throws {
    let device = HostFolder.device(workers: workers)
    if fresh {
      for path in [folder.kernels, folder.parts, folder.heldBack] {
        try HostFolder.remove(device, from: path)
      }
    }
    try HostFolder.replace(HostMachine(workers: workers), in: folder.machines)
    let run = MeasurementRun(
      folder: folder, plan: MeasurementPlan(quick ? .quick : .full, for: .fit, seed: seed),
      rule: RepeatRule(quick ? .quick : .full), workers: workers,
      limit: Seconds(limit ?? (quick ? 50 : 540)), quiet: shared.quiet, isHeldBack: false)
    tell(try run.run(), folder, quiet: shared.quiet)
  }
}

extension HostMachine {
  /// This machine, with some of its cores at work.
  init(workers: Int) {
    let processor = HostProcessor()
    self.init(
      device: HostFolder.device(workers: workers), processor: processor.name, workers: workers,
      instructionSet: processor.instructionSet,
      operationsPerCycle: processor.operationsPerCycle, clock: processor.clock,
      memory: processor.memory, kernels: processor.kernels)
  }
}

extension RepeatRule {
  init(_ size: MeasurementPlan.Size) {
    self.init()
    switch size {
    case .quick:
      least = 3
      most = 12
      limit = Seconds(0.3)
    case .full:
      least = 4
      most = 12
      limit = Seconds(2.5)
    }
  }
}

/// Tells what came of a run of measurements.
func tell(_ outcome: MeasurementRun.Outcome, _ folder: HostFolder, quiet: Bool) {
  if outcome.disturbed > 0 {
    complain(
      "\(outcome.disturbed) of \(outcome.measured) shapes were measured while others kept the "
        + "machine busy or its clock was low. Measure on a quiet machine, with --fresh.")
  }
  guard !quiet else { return }
  let rest =
    outcome.left > 0 ? ", \(outcome.left) are left: the same command goes on with them" : ""
  complain("Measured \(outcome.measured) shapes\(rest). Tables: \(folder.path)/")
}
