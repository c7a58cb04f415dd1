import Calibration
import Foundation
import MoEKernel
import Reports
import Units

/// Measures the shapes of a plan one after another, each of which is safe on the disk before the
/// next: a run that is ended is taken up where it stopped.
struct MeasurementRun {
  let folder: HostFolder
  let plan: MeasurementPlan
  let rule: RepeatRule
  let workers: Int
  /// No further shape is begun after this time.
  let limit: Seconds
  let quiet: Bool
  /// Whether the shapes are kept from every fit.
  let isHeldBack: Bool

  var device: String { HostFolder.device(workers: workers) }

  /// What came of a run.
  struct Outcome {
    var measured = 0
    /// Shapes that are still to be measured.
    var left = 0
    /// Shapes while which others kept the machine busy, or its clock was low.
    var disturbed = 0
  }

  func run() throws -> Outcome {
    let table = isHeldBack ? folder.heldBack : folder.kernels
    let known = try HostFolder.points(of: device, in: table)
    let open = plan.shapes.filter { !known.contains($0.key) }
    var outcome = Outcome(left: open.count)
    guard !open.isEmpty else { return outcome }
    let team = WorkerTeam(workers: workers)
    let guardian = MachineGuard(team: team)
    let measurer = Measurer(team: team, rule: rule)
    let start = Date()
    let progress = ProgressLine(total: open.count, quiet: quiet)
    defer { progress.end() }
    for (index, shape) in open.enumerated() {
      if Seconds(Date().timeIntervalSince(start)) > limit { break }
      progress.show(done: index, next: shape.key)
      let (part, isQuiet) = try guardian.undisturbed { try measurer.measure(shape) }
      try keep(part)
      outcome.measured += 1
      outcome.left -= 1
      if !isQuiet { outcome.disturbed += 1 }
    }
    return outcome
  }

  /// Parts go before kernels, whose table says which points are done.
  private func keep(_ part: PartMeasurement) throws {
    let times = HostPartTable.table(of: part, device: device)
    try HostFolder.append(times, to: isHeldBack ? folder.heldBack : folder.parts)
    if !isHeldBack {
      try HostFolder.append(HostKernelTable.table(of: part, device: device), to: folder.kernels)
    }
  }
}

/// Sees to it that others do not spoil a measurement, and that the processor is not throttled.
private final class MachineGuard {
  private let yardstick: Yardstick
  private var best = Seconds(.infinity)

  init(team: WorkerTeam) { yardstick = Yardstick(team: team) }

  /// Measures again, three times in all, while others keep more than a tenth of a core busy or the
  /// yardstick takes a tenth longer than it did at its best; the least disturbed one counts.
  func undisturbed(
    _ measure: () throws -> PartMeasurement
  ) rethrows -> (PartMeasurement, isQuiet: Bool) {
    var calmest: PartMeasurement?
    for attempt in 0..<3 {
      if attempt > 0 { Thread.sleep(forTimeInterval: 0.3) }
      let isFast = isAtFullSpeed()
      let part = try measure()
      if isFast, part.otherLoad < 0.1 { return (part, true) }
      if part.otherLoad < calmest?.otherLoad ?? .infinity { calmest = part }
    }
    guard let calmest else { preconditionFailure("three attempts leave a measurement") }
    return (calmest, false)
  }

  private func isAtFullSpeed() -> Bool {
    let time = yardstick.time()
    best = min(best, time)
    return time < best * 1.1
  }
}
