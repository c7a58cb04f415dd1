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

  /// Draws the inputs and evaluates the comparison at each draw, on all cores.
  ///
  /// - Parameters:
  ///   - threads: How many tasks run at once; 0 is one a core. The answer does not depend on it.
  ///   - makeReader: Is called once for each block of draws.
  public func answer(
    blocks: Int = 8, threads: Int = 0, makeReader: @escaping @Sendable () throws -> Reader
  ) async throws -> UncertaintyAnswer {
    let points = plan.points(dimensions: 2 * inputs.count)
    let comparison = comparison
    let plan = plan
    let inputs = inputs
    var rows: [StudyRow] = []
    let blocks = min(blocks, points.count)
    try await forEachInOrder(0..<blocks, threads: threads) { block in
      let evaluator = DrawEvaluator(comparison: comparison, plan: plan, read: try makeReader())
      let first = block * points.count / blocks
      let end = (block + 1) * points.count / blocks
      return try (first..<end).map { row in
        try evaluator.row(row, at: points[row], inputs: inputs)
      }
    } body: {
      rows += $0
    }
    let evaluator = DrawEvaluator(
      comparison: comparison, plan: plan, read: { _ in comparison.scenario })
    return UncertaintyAnswer(
      comparison: comparison, point: try evaluator.results(of: comparison.scenario, row: 0),
      rows: rows)
  }
}

/// What one draw gives for each fleet with a plan, in the order of the comparison.
typealias DrawResults = [DrawResult?]

/// The results of one model on one fleet for one draw.
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
  /// difference between fleets is made of.
  public var price: Double?
  public var utilization: Double
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
  /// Runs of one row by what is different in them: many inputs matter to one fleet alone.
  private var known: [[Double]: RunLedger] = [:]
  /// The steps of the entries at values of the inputs that change steps.
  private var steps: (values: [Double], of: [(step: StepEstimate, rampWork: Seconds)?]) = (
    [.nan], []
  )

  init(comparison: Comparison, plan: SamplePlan, read: @escaping UncertaintyStudy.Reader) {
    self.comparison = comparison
    self.plan = plan
    self.read = read
  }

  func row(_ row: Int, at point: [Double], inputs: [UncertainInput]) throws -> StudyRow {
    known.removeAll(keepingCapacity: true)
    let count = inputs.count
    let a = zip(inputs, point).map { $0.distribution.quantile($1) }
    let draw = { (values: [Double]) in
      try self.results(of: self.read(values), stepValues: stepValues(values, inputs), row: row)
    }
    guard row < plan.sensitivityDraws else { return StudyRow(a: try draw(a)) }
    let b = zip(inputs, point[count...]).map { $0.distribution.quantile($1) }
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

  func results(
    of scenario: Scenario, stepValues: [Double] = [], row: Int
  ) throws -> DrawResults {
    if steps.values != stepValues {
      steps = (stepValues, Array(repeating: nil, count: comparison.entries.count))
    }
    let fleets = Dictionary(scenario.fleets.map { ($0.id, $0) }) { first, _ in first }
    let models = Dictionary(scenario.models.map { ($0.id, $0) }) { first, _ in first }
    return try comparison.entries.enumerated().map { index, entry in
      guard case .found(let found) = entry.outcome, var fleet = fleets[entry.fleet.id],
        let model = models[entry.model.id], let setting = scenario.runs[entry.fleet.id]
      else { return nil }
      fleet.size = entry.fleet.size
      let known = steps.of[index]
      let step =
        try known?.step
        ?? AnalyticalEstimator().estimate(
          model: model, recipe: scenario.recipe, plan: found.step.plan, fleet: fleet)
      let question = RunQuestion(
        model: model, fleet: fleet, step: step, setting: setting, scenario: scenario)
      let rampWork = try known?.rampWork ?? question.rampWork()
      steps.of[index] = (step, rampWork)
      let job = question.job(rampWork: rampWork)
      let ledger = ledger(of: job, row: row)
      let bill = question.bill(of: ledger)
      return DrawResult(
        cost: bill?.total.value, days: ledger.duration / Seconds.day, goodput: ledger.goodput,
        interruptions: ledger.interruptions, effectiveTime: ledger.effectiveTime,
        energy: bill?.energy?.total.value, carbon: bill?.energy?.carbon,
        deviceHours: ledger.duration * Double(fleet.size) / Seconds.hour,
        price: question.price(of: bill, ledger),
        utilization: step.modelUtilization / setting.timeFactor)
    }
  }

  private func ledger(of job: RunJob, row: Int) -> RunLedger {
    let key = job.numbers
    if let ledger = known[key] { return ledger }
    let first = plan.hasChance ? row * plan.runs : 0
    let ledger = job.meanLedger(streams: first..<first + plan.runs, seed: plan.seed)
    known[key] = ledger
    return ledger
  }
}

private func stepValues(_ values: [Double], _ inputs: [UncertainInput]) -> [Double] {
  zip(values, inputs).compactMap { $1.isOfStep ? $0 : nil }
}
