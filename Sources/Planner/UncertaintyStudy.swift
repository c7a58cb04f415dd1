import Analytical
import CostModel
import Hardware
import TrainingRun
import Units
import Workload

/// Asks a comparison's question again with other values of the inputs that are not sure.
///
/// The layout of each fleet stays the one of the written values: it is a decision, which is made before
/// anybody knows better.
public struct UncertaintyStudy {
  /// Reads the scenario with values in place of those of the uncertain inputs, in their order. Each task
  /// makes a reader of its own.
  public typealias Reader = ([Double]) throws -> Scenario

  private let comparison: Comparison
  private let plan: SamplePlan
  private var inputs: [UncertainInput] { comparison.scenario.uncertain }

  /// Nil where the scenario asks for no study, or all its inputs are sure.
  public init?(_ comparison: Comparison) {
    guard let plan = comparison.scenario.samplePlan, !comparison.scenario.uncertain.isEmpty else {
      return nil
    }
    self.comparison = comparison
    self.plan = plan
  }

  /// Draws the inputs and evaluates the comparison at each draw, on all cores. Draws whose values do not go
  /// together, such as a save that ends before it stalls, are left out: what remains are draws of inputs that
  /// are known to go together.
  /// - Throws: What the first of them says, where they are more than three quarters.
  ///
  /// - Parameters:
  ///   - threads: How many tasks run at once; 0 is one a core. The answer does not depend on it.
  ///   - makeReader: Is called once for each block of draws.
  public func answer(
    blocks: Int = 8, threads: Int = 0, makeReader: @escaping @Sendable () throws -> Reader
  ) async throws -> UncertaintyAnswer {
    // The second half of the coordinates serves the sensitivity alone.
    let points = plan.points(dimensions: (plan.sensitivityDraws > 0 ? 2 : 1) * inputs.count)
    let comparison = comparison
    let plan = plan
    let inputs = inputs
    var rows: [StudyRow] = []
    var refused: [any Error] = []
    let blocks = min(blocks, points.count)
    try await forEachInOrder(0..<blocks, threads: threads) { block in
      let evaluator = DrawEvaluator(comparison: comparison, plan: plan, read: try makeReader())
      let first = block * points.count / blocks
      let end = (block + 1) * points.count / blocks
      return (first..<end).map { row in
        Result { try evaluator.row(row, at: points[row], inputs: inputs) }
      }
    } body: { (results: [Result<StudyRow, any Error>]) in
      for result in results {
        switch result {
        case .success(let row): rows.append(row)
        case .failure(let error): refused.append(error)
        }
      }
    }
    // What is left of most draws is no spread of the inputs.
    if refused.count > 3 * rows.count, let error = refused.first { throw error }
    let evaluator = DrawEvaluator(
      comparison: comparison, plan: plan, read: { _ in comparison.scenario })
    return UncertaintyAnswer(
      comparison: comparison, point: try evaluator.results(of: comparison.scenario, row: nil),
      rows: rows, refused: refused.count)
  }
}

/// What one draw gives for each fleet with a plan and each mix, in the order of the comparison.
typealias DrawResults = [DrawResult?]

/// The results of one model on one fleet, or on a mix of them, for one draw. Where one of its runs was given up,
/// what grows with the time is infinite.
public struct DrawResult: Sendable {
  public var cost: Double?
  public var days: Double
  public var goodput: Double
  public var interruptions: Double
  public var effectiveTime: Double
  public var energy: Double?
  /// Kilograms of CO₂ equivalent.
  public var carbon: Double?
  public var deviceHours: Double
  /// What a device costs for a second, be it rent or the mean of all that an owner pays. For what the
  /// difference between fleets is made of; absent for a mix.
  public var price: Double?
  /// Absent where pools take turns.
  public var utilization: Double?
  /// The part of its runs that were given up.
  public var unfinished: Double
}

/// One draw, and those that share all but one of its inputs.
struct StudyRow: Sendable {
  var a: DrawResults
  /// Empty beyond the draws of the sensitivity.
  var b: DrawResults = []
  var mixed: [DrawResults] = []
}

/// Evaluates draws one after another, in one task.
private final class DrawEvaluator {
  private let comparison: Comparison
  private let plan: SamplePlan
  private let read: UncertaintyStudy.Reader
  /// Runs of one row by their jobs: many inputs matter to one fleet alone.
  private var known: [[RunJob]: [RunLedger]] = [:]
  /// The values of the inputs that change steps, and the steps of the entries and mixes at them.
  private var stepValues = [Double.nan]
  private var steps: [(step: StepEstimate, ramp: RampCurve)?] = []
  private var paces: [(pace: MixPace, ramps: [RampCurve])?] = []

  init(comparison: Comparison, plan: SamplePlan, read: @escaping UncertaintyStudy.Reader) {
    self.comparison = comparison
    self.plan = plan
    self.read = read
  }

  func row(_ row: Int, at point: [Double], inputs: [UncertainInput]) throws -> StudyRow {
    known.removeAll(keepingCapacity: true)
    let count = inputs.count
    let a = zip(inputs, point).map { $0.value(at: $1) }
    let draw = { (values: [Double]) in
      try self.results(
        of: self.read(values), stepValues: valuesOfSteps(values, inputs), row: row)
    }
    guard row < plan.sensitivityDraws else { return StudyRow(a: try draw(a)) }
    let b = zip(inputs, point[count...]).map { $0.value(at: $1) }
    // The mixed draws follow the one that they differ from in one input.
    let drawnB = try draw(b)
    return StudyRow(
      a: try draw(a), b: drawnB,
      mixed: try inputs.indices.map { index in
        var values = a
        values[index] = b[index]
        return try draw(values)
      })
  }

  /// - Parameter row: Nil takes the runs that the comparison drew. A row has the first of them; with chance,
  ///   some that no other row has.
  func results(
    of scenario: Scenario, stepValues: [Double] = [], row: Int?
  ) throws -> DrawResults {
    if self.stepValues != stepValues {
      self.stepValues = stepValues
      steps = comparison.entries.map { _ in nil }
      paces = comparison.mixes.map { _ in nil }
    }
    let mixes = try comparison.mixes.indices.map { try mixResult($0, of: scenario, row: row) }
    return try fleetResults(of: scenario, row: row) + mixes
  }

  private func fleetResults(of scenario: Scenario, row: Int?) throws -> DrawResults {
    let fleets = Dictionary(scenario.fleets.map { ($0.id, $0) }) { first, _ in first }
    let models = Dictionary(scenario.models.map { ($0.id, $0) }) { first, _ in first }
    return try comparison.entries.enumerated().map { index, entry in
      guard case .found(let found) = entry.outcome, var fleet = fleets[entry.fleet.id],
        let model = models[entry.model.id], let setting = scenario.runs[entry.fleet.id]
      else { return nil }
      fleet.size = entry.fleet.size
      let known = steps[index]
      let step =
        try known?.step
        ?? AnalyticalEstimator().estimate(
          model: model, recipe: scenario.recipe, plan: found.step.plan, fleet: fleet)
      let question = RunQuestion(
        model: model, fleet: fleet, step: step, setting: setting, scenario: scenario)
      let ramp = try known?.ramp ?? question.ramp()
      steps[index] = (step, ramp)
      let job = question.job(ramp: ramp)
      let ledger = ledgers(of: [job], row: row, drawn: entry.run)[0]
      let bill = question.bill(of: ledger)
      return DrawResult(
        ledger, bill, deviceTime: ledger.duration * Double(fleet.size),
        price: question.price(of: bill, ledger),
        utilization: step.modelUtilization * (step.stepTime / job.stepTime))
    }
  }

  /// Pools keep the shares of the written values, as fleets keep their layouts.
  private func mixResult(_ index: Int, of scenario: Scenario, row: Int?) throws -> DrawResult? {
    let answer = comparison.mixes[index]
    guard case .found(let decision) = answer.outcome, !scenario.runs.isEmpty else { return nil }
    let question = answer.question(of: scenario)
    let pace = try paces[index]?.pace ?? question.pace(decision)
    let ramps = try paces[index]?.ramps ?? question.ramps(decision, pace: pace)
    paces[index] = (pace, ramps)
    let jobs = question.jobs(decision, pace, ramps)
    let ledgers = ledgers(of: jobs, row: row, drawn: answer.run)
    let utilization = decision.step.map {
      $0.modelUtilization * ($0.time / jobs[0].stepTime)
    }
    return DrawResult(
      RunLedger(joining: ledgers), question.bill(of: ledgers, decision),
      deviceTime: question.deviceTime(of: ledgers, decision), utilization: utilization)
  }

  private func ledgers(of jobs: [RunJob], row: Int?, drawn: RunAnswer?) -> [RunLedger] {
    guard let row else {
      return drawn?.forecast.meanOfJobs
        ?? jobs.meanLedgers(streams: 0..<plan.runs)
    }
    if let ledgers = known[jobs] { return ledgers }
    let first = plan.hasChance ? row * plan.runs : 0
    let ledgers = jobs.meanLedgers(streams: first..<first + plan.runs)
    known[jobs] = ledgers
    return ledgers
  }
}

extension DrawResult {
  fileprivate init(
    _ ledger: RunLedger, _ bill: RunBill?, deviceTime: Seconds, price: Double? = nil,
    utilization: Double?
  ) {
    let whole = { (value: Double) in ledger.isFinished ? value : .infinity }
    self.init(
      cost: (bill?.total.value).map(whole), days: whole(ledger.duration / Seconds.day),
      goodput: ledger.goodput, interruptions: whole(ledger.interruptions),
      effectiveTime: ledger.effectiveTime, energy: (bill?.energy?.total.value).map(whole),
      carbon: (bill?.energy?.carbon).map(whole), deviceHours: whole(deviceTime / Seconds.hour),
      price: price, utilization: utilization, unfinished: ledger.unfinished)
  }
}

private func valuesOfSteps(_ values: [Double], _ inputs: [UncertainInput]) -> [Double] {
  zip(values, inputs).compactMap { $1.isOfStep ? $0 : nil }
}
