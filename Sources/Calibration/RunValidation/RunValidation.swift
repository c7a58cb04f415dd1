public import Hardware
public import Parallelism
public import Units
public import Workload

/// Predicts published runs and holds the predictions against what was measured.
///
/// Everything that needs another module comes in as a closure, so that this one knows neither files
/// nor estimators.
public struct RunValidation {
  /// What an estimator says of one step.
  public struct Step: Sendable {
    public var time: Seconds
    /// What tensors hold on the fullest rank.
    public var allocated: Bytes
    /// What the device shows as taken there: cache, context and buffers with it.
    public var shown: Bytes
    public var fits: Bool

    public init(time: Seconds, allocated: Bytes, shown: Bytes, fits: Bool) {
      self.time = time
      self.allocated = allocated
      self.shown = shown
      self.fits = fits
    }
  }

  /// One model, trained so, under one layout, on one fleet.
  public struct Job: Sendable {
    public var model: ModelArchitecture
    public var recipe: TrainingRecipe
    public var plan: ParallelPlan
    public var fleet: Fleet
  }

  public typealias FindFleet = (RunHardware) throws -> (fleet: Fleet, assumed: [String])
  public typealias FindPlan = (ModelArchitecture, TrainingRecipe, Fleet) throws -> ParallelPlan?

  /// Finds the fleet that a row's words mean, with what had to be assumed.
  ///
  /// - Throws: `RunSkip`, or an error whose description is the reason.
  public var fleet: FindFleet
  /// Estimates one step.
  ///
  /// - Throws: An error whose description says why there is no estimate.
  public var estimate: (Job) throws -> Step
  /// Finds a layout for a run that states none; nil where none fits.
  public var search: FindPlan?

  public init(
    fleet: @escaping FindFleet, estimate: @escaping (Job) throws -> Step, search: FindPlan? = nil
  ) {
    self.fleet = fleet
    self.estimate = estimate
    self.search = search
  }

  /// One or two lines for every row, in their order: its speed, and its peak memory where it prints
  /// one.
  public func validate(_ rows: [PublishedRow]) -> [RunComparison] {
    rows.flatMap { row in
      let outcome = predict(row)
      let memory = row.memory.map { RunComparison(memory: $0, of: row, outcome: outcome) }
      return [RunComparison(speedOf: row, outcome: outcome)] + (memory.map { [$0] } ?? [])
    }
  }

  private func predict(_ row: PublishedRow) -> Result<RunPrediction, RunSkip> {
    do {
      return .success(try predict(try row.content.get()))
    } catch let skip as RunSkip {
      return .failure(skip)
    } catch {
      return .failure(.other(oneLine("\(error)")))
    }
  }

  private func predict(_ run: PublishedRun) throws -> RunPrediction {
    let (fleet, assumed) = try fleet(run.hardware)
    let (plan, step) = try first(of: layouts(of: run, on: fleet), run: run, fleet: fleet)
    guard let value = run.inOwnUnit(stepTime: step.time, plan: plan, device: fleet.device) else {
      throw RunSkip.other("the device has no peak for the run's precision")
    }
    guard value.isFinite, value > 0 else { throw RunSkip.other("the estimate is no time") }
    return RunPrediction(
      value: value, timeRatio: run.timeRatio(predicted: value),
      secondsPerToken: step.time.value * Double(plan.ranks) / run.recipe.tokensPerStep.value,
      plan: plan, step: step, device: fleet.device.id, stack: fleet.stack.id,
      flops: run.flops.name, isSequenceStated: run.isSequenceStated, assumed: run.assumed + assumed)
  }

  private func layouts(of run: PublishedRun, on fleet: Fleet) throws -> [ParallelPlan] {
    guard run.layouts.isEmpty else { return run.layouts }
    guard let search else { throw RunSkip.noLayout }
    guard let found = try search(run.model, run.recipe, fleet) else {
      throw RunSkip.other("no layout fits in memory")
    }
    return [found]
  }

  /// The first layout that fits in memory; where none fits, the one that takes least.
  private func first(
    of layouts: [ParallelPlan], run: PublishedRun, fleet: Fleet
  ) throws -> (plan: ParallelPlan, step: Step) {
    var least: (plan: ParallelPlan, step: Step)?
    for plan in layouts {
      let step = try step(plan, run: run, fleet: fleet)
      if step.fits { return (plan, step) }
      if least.map({ step.shown < $0.step.shown }) ?? true { least = (plan, step) }
    }
    guard let least else { throw RunSkip.noLayout }
    return least
  }

  private func step(_ plan: ParallelPlan, run: PublishedRun, fleet: Fleet) throws -> Step {
    let faults = plan.faults(
      model: run.model, sequenceLength: run.recipe.sequenceLength,
      globalBatch: run.recipe.globalBatch, ranks: plan.ranks)
    if let fault = faults.first { throw RunSkip.other(oneLine(fault.description)) }
    var fleet = fleet
    fleet.size = plan.ranks
    return try estimate(Job(model: run.model, recipe: run.recipe, plan: plan, fleet: fleet))
  }
}

/// A reason without line breaks, so that one row stays one line.
private func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ")
}
