import Calibration
import Foundation
import InputFiles
import MoEKernel
import Reports
import Units

extension ValidateCommand {
  /// Measures held-back parts and steps, predicts each from the fitted profile, prints the errors.
  func validateHost(_ catalog: Catalog) throws {
    let folder = HostFolder(path: output ?? "\(catalog.reportFolder)/host")
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    let device = HostFolder.device(workers: workers)
    let calibration = try folder.calibration(workers: workers)
    if fresh { try HostFolder.remove(device, from: folder.heldBack) }
    let size: MeasurementPlan.Size = quick ? .quick : .full
    // Another seed than that of the shapes that were fitted.
    let plan = MeasurementPlan(size, for: .validation, seed: 4242)
    let run = MeasurementRun(
      folder: folder, plan: plan, rule: RepeatRule(size), workers: workers, limit: Seconds(540),
      quiet: shared.quiet, isHeldBack: true)
    tell(try run.run(), folder, quiet: shared.quiet)
    let shapes = Set(plan.shapes)
    let times = try HostTime.read(folder.heldBack).filter {
      $0.device == device && shapes.contains($0.shape)
    }
    let prediction = HostPrediction(calibration.fleet)
    let report = HostValidationReport(
      try times.map { try HostComparison($0, by: prediction) })
    try write(report.rows.csvText, to: "\(folder.path)/validation.csv")
    try write(report.summary.csvText, to: "\(folder.path)/validation-summary.csv")
    switch shared.format {
    case .table: print(report.terminalText, terminator: "")
    case .csv: print(report.rows.csvText, terminator: "")
    case .json: print(report.rows.jsonText, terminator: "")
    }
  }
}
