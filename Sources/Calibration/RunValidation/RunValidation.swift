public import CostModel
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
    /// Where the time goes; its parts add up to `time`.
    public var breakdown: StepBreakdown

    public init(
      time: Seconds, allocated: Bytes, shown: Bytes, fits: Bool,
      breakdown: StepBreakdown = StepBreakdown()
    ) {
      self.time = time
      self.allocated = allocated
      self.shown = shown
      self.fits = fits
      self.breakdown = breakdown
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
  /// Which rows moved the constants that predict the others.
  public var training: RunTraining

  public init(
    fleet: @escaping FindFleet, estimate: @escaping (Job) throws -> Step, search: FindPlan? = nil,
    training: RunTraining = RunTraining()
  ) {
    self.training = training
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

  func predict(_ row: PublishedRow) -> Result<RunPrediction, RunSkip> {
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
    let able = try candidates(of: run, on: fleet)
    let fitting = try keepingMore(able.filter(\.step.fits), of: run, on: fleet)
    let candidates = fitting.isEmpty ? leanest(of: able) : fitting
    let scan = RunScanResult(candidates)
    let middle = scan.middle
    return RunPrediction(
      value: scan.value, timeRatio: middle.timeRatio,
      secondsPerToken: middle.secondsPerToken,
      allocated: scan.interval { $0.step.allocated.value },
      shown: scan.interval { $0.step.shown.value },
      reading: middle.reading, step: middle.step, readings: candidates.count,
      memoryVerdict: MemoryVerdict(fits: !fitting.isEmpty, ran: run.observation != nil),
      training: training.status(of: run.label, stack: fleet.stack),
      device: fleet.device.id, stack: fleet.stack.id,
      flops: run.flops.name, isSequenceStated: run.isSequenceStated, assumed: run.assumed + assumed)
  }

  /// The readings that the layout rules allow, with their estimates.
  private func candidates(of run: PublishedRun, on fleet: Fleet) throws -> [RunCandidate] {
    var candidates: [RunCandidate] = []
    var refusal: (any Error)?
    for reading in try readings(of: run, on: fleet) {
      do {
        let step = try step(reading, run: run, fleet: fleet)
        candidates.append(try RunCandidate(reading, step, of: run, on: fleet.device))
      } catch {
        refusal = refusal ?? error
      }
    }
    guard candidates.isEmpty else { return candidates }
    throw refusal ?? RunSkip.noLayout
  }

  /// Where a row leaves recomputation open and only whole layers fit, a team computes no more of them
  /// again than it must: each such reading is joined by the one with the fewest layers that fits.
  private func keepingMore(
    _ fitting: [RunCandidate], of run: PublishedRun, on fleet: Fleet
  ) throws -> [RunCandidate] {
    let isOpen = run.readings.contains { $0.plan.recompute != .full }
    guard isOpen, fitting.allSatisfy({ $0.reading.plan.recompute == .full }) else { return fitting }
    return try fitting.flatMap { full in
      try [leastRecomputing(full, of: run, on: fleet), full].compactMap { $0 }
    }
  }

  /// The reading that computes the fewest layers of a chunk again and fits; nil where all are needed.
  private func leastRecomputing(
    _ full: RunCandidate, of run: PublishedRun, on fleet: Fleet
  ) throws -> RunCandidate? {
    let plan = full.reading.plan
    let layers = run.model.layers / (plan.pipeline * plan.virtualStages)
    var most = layers
    var best: RunCandidate?
    // Fewer repeated layers take more memory: halve towards the fewest that fit.
    var least = 0
    while most - least > 1 {
      let middle = (least + most) / 2
      var reading = full.reading
      reading.plan.recompute = .share(Double(middle) / Double(layers))
      let step = try step(reading, run: run, fleet: fleet)
      if step.fits {
        best = try RunCandidate(reading, step, of: run, on: fleet.device)
        most = middle
      } else {
        least = middle
      }
    }
    return best
  }

  /// Where nothing fits, the reading that takes least.
  private func leanest(of candidates: [RunCandidate]) -> [RunCandidate] {
    candidates.min { $0.step.shown < $1.step.shown }.map { [$0] } ?? []
  }

  private func readings(of run: PublishedRun, on fleet: Fleet) throws -> [RunReading] {
    guard run.readings.isEmpty else { return run.readings }
    guard let search else { throw RunSkip.noLayout }
    guard let found = try search(run.model, run.recipe, fleet) else {
      throw RunSkip.other("no layout fits in memory")
    }
    return [RunReading(plan: found, recipe: run.recipe)]
  }

  private func step(_ reading: RunReading, run: PublishedRun, fleet: Fleet) throws -> Step {
    let plan = reading.plan
    let recipe = reading.recipe
    let faults = plan.faults(
      model: run.model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
      ranks: plan.ranks)
    if let fault = faults.first { throw RunSkip.other(oneLine(fault.description)) }
    var fleet = fleet
    fleet.size = plan.ranks
    return try estimate(Job(model: run.model, recipe: recipe, plan: plan, fleet: fleet))
  }
}

/// A reason without line breaks, so that one row stays one line.
private func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ")
}
