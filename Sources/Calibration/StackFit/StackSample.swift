import Hardware
import Parallelism
import Units

/// A published run as a fit sees it: the job that it did, and how long it took.
struct StackSample {
  var isTraining: Bool
  private let run: PublishedRun
  /// The reading in the middle of what the row leaves open: it is the one that is scored.
  private let reading: RunReading
  private let job: RunValidation.Job

  /// - Returns: Nil where the row is skipped or says nothing of speed.
  init?(_ row: PublishedRow, validation: RunValidation, isTraining: Bool) {
    guard let run = try? row.content.get(), var fleet = try? validation.fleet(run.hardware).fleet,
      let reading = try? validation.predict(row).get().reading
    else { return nil }
    self.isTraining = isTraining
    self.run = run
    self.reading = reading
    fleet.size = reading.plan.ranks
    job = RunValidation.Job(
      model: run.model, recipe: reading.recipe, plan: reading.plan, fleet: fleet)
  }

  /// The software stack that the row was taken to mean.
  var stack: SoftwareStack { job.fleet.stack }

  /// Predicted ÷ observed time under a stack; nil where nothing can be predicted.
  func ratio(
    with stack: SoftwareStack, estimate: (RunValidation.Job) throws -> RunValidation.Step
  ) -> Double? {
    var job = job
    job.fleet.stack = stack
    guard let step = try? estimate(job),
      let value = run.inOwnUnit(stepTime: step.time, reading: reading, device: job.fleet.device),
      value.isFinite, value > 0
    else { return nil }
    return run.timeRatio(predicted: value)
  }
}
