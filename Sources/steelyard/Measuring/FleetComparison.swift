import ArgumentParser
import Calibration
import Foundation
import Hardware
import InputFiles
import MoEKernel
import Reports
import Units

extension MeasureCommand {
  /// Trains one model on all cores and on one, and lays what that took beside what the fitted
  /// profiles say of it.
  func compareFleets(_ catalog: Catalog, _ folder: HostFolder) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    guard cores > 1 else {
      throw ValidationError("--compare needs two cores: one core alone is no weaker fleet.")
    }
    let text = try TokenText(path: textPath(catalog), least: TextTraining.shape.sequenceLength)
    let sides = try zip([cores, 1], pricedFleets).map { workers, fleet in
      try FleetSide(
        workers: workers, pricedAs: fleet,
        price: catalog.price(
          ofFleet: Reference(fleet, at: Place(file: "--priced-as")), currency: currency),
        prediction: HostPrediction(folder.calibration(workers: workers).fleet),
        training: TextTraining(text: text, seed: seed, workers: workers))
    }
    try train(sides)
    let trial = FleetTrial(
      strong: try sides[0].trained(steps: steps), weak: try sides[1].trained(steps: steps))
    let report = FleetTrialReport(trial, currency: currency)
    try write(report.rows.csvText, to: folder.comparison)
    switch shared.format {
    case .table: print(report.terminalText, terminator: "")
    case .csv: print(report.rows.csvText, terminator: "")
    case .json: print(report.rows.jsonText, terminator: "")
    }
  }

  /// The sides take turns, so that a change of the machine's speed meets both.
  private func train(_ sides: [FleetSide]) throws {
    let progress = ProgressLine(total: steps, quiet: shared.quiet)
    defer { progress.end() }
    let load = OtherLoad()
    var done = 0
    while done < steps {
      let turn = min(10, steps - done)
      for side in sides { side.train(steps: turn) }
      done += turn
      progress.show(done: done, next: "loss \(fixed(sides[0].loss, decimals: 3))")
    }
    if load.cores > 0.1 {
      complain(
        "Others kept \(fixed(load.cores, decimals: 1)) cores busy meanwhile, and the times are not "
          + "to be trusted. Compare on a quiet machine.")
    }
  }
}

/// One fleet of a comparison, and the training that runs on it.
private final class FleetSide {
  private let workers: Int
  private let pricedAs: String
  private let price: Price
  private let prediction: HostPrediction
  private let training: TextTraining
  /// All steps so far, batches and all, by the clock on the wall.
  private var time = Seconds.zero
  private(set) var loss = 0.0

  init(
    workers: Int, pricedAs: String, price: Price, prediction: HostPrediction,
    training: TextTraining
  ) {
    self.workers = workers
    self.pricedAs = pricedAs
    self.price = price
    self.prediction = prediction
    self.training = training
  }

  func train(steps: Int) {
    let start = ContinuousClock.now
    for _ in 0..<steps { loss = training.step() }
    let passed = start.duration(to: .now)
    time = time + Seconds(passed / .seconds(1))
  }

  /// What came of it, beside a prediction that never saw a step of it.
  func trained(steps: Int) throws -> TrainedFleet {
    let shape = TextTraining.shape
    let count = Double(steps)
    return TrainedFleet(
      name: HostFolder.device(workers: workers), cores: workers, pricedAs: pricedAs,
      price: price, tokens: Tokens(Double(shape.tokens) * count), loss: loss, measured: time,
      predicted: try prediction.times(shape, .step) * count)
  }
}
