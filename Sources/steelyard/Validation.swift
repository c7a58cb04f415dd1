import Analytical
import ArgumentParser
import CSV
import Calibration
import CostModel
import Foundation
import Hardware
import InputFiles
import Planner
import Workload

extension Catalog {
  /// Predicts published runs with the profiles of this project.
  ///
  /// - Parameter paths: Files of runs; the project's own where none is given.
  func validateRuns(at paths: [String]? = nil) throws -> [RunComparison] {
    let ownRows = try publishedRows(at: ownRunFiles)
    let rows = try paths.map(publishedRows) ?? ownRows
    return RunValidation(self, ownRows: ownRows).validate(rows)
  }

  /// Predicts published runs as they are, and with stacks that were fitted without their source.
  func validateLeavingOut(at paths: [String]? = nil) throws -> [RunComparison] {
    let known = try validateRuns(at: paths)
    guard let prior = stacks.load(LeaveOneOut.priorName)?.value else {
      throw ValidationError("--leave-one-out needs the stack profile '\(LeaveOneOut.priorName)'.")
    }
    let rows = try publishedRows(at: paths ?? ownRunFiles)
    return try known + LeaveOneOut(prior: prior, validation: RunValidation(self)).lines(rows)
  }

  /// The project's own files of runs.
  private var ownRunFiles: [String] {
    ["runs.csv", "ascend-runs.csv"].map { path("scenarios/validation/\($0)") }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// The rows of files of runs.
  func publishedRows(at paths: [String]) throws -> [PublishedRow] {
    try paths.flatMap { path in
      try readPublishedRuns(CSVReader(path: path)) { self.models.load($0)?.value }
    }
  }
}

extension RunValidation {
  /// Validation with the profiles of a project and the analytical estimator.
  ///
  /// - Parameter ownRows: The project's own runs, where it matters which of them trained the stacks.
  init(_ catalog: Catalog, ownRows: [PublishedRow] = []) {
    let machines = RunMachines(
      devices: catalog.devices.all().compactMap(\.value),
      fabrics: catalog.fabrics.all().compactMap(\.value),
      kernels: catalog.kernels.all().compactMap(\.value),
      stacks: catalog.stacks.all().compactMap(\.value))
    self.init(
      fleet: { try machines.fleet(for: $0) },
      estimate: { job in
        let estimate = try AnalyticalEstimator().estimate(
          model: job.model, recipe: job.recipe, plan: job.plan, fleet: job.fleet)
        try estimate.checkPhysics()
        let memory = estimate.peakMemory
        return Step(
          time: estimate.stepTime, allocated: memory.allocated,
          shown: job.fleet.stack.memory.shown(
            needed: memory.total, of: estimate.memoryCapacity),
          fits: estimate.fitsMemory, breakdown: estimate.breakdown)
      },
      search: { model, recipe, fleet in
        try PlanSearch(model: model, recipe: recipe, fleet: fleet, keep: 1).run().best.first?.plan
      },
      training: RunTraining(rows: ownRows) { try? machines.fleet(for: $0).fleet.stack })
  }
}
