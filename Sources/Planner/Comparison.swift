import Analytical
public import CostModel
public import Hardware
public import Parallelism
public import TrainingRun
import Units
public import Workload

/// The answer to a scenario: what each model takes on each fleet.
public struct Comparison: Sendable {
  public var scenario: Scenario
  /// In the order of the scenario: for each model, each fleet.
  public var entries: [Entry]
  /// The same with evenly filled experts, where the scenario's routing was measured.
  public var evenEntries: [Entry]?
  /// For each model, each mix of the scenario.
  public var mixes: [MixAnswer] = []

  /// One model on one fleet.
  public struct Entry: Sendable {
    public var model: ModelArchitecture
    /// The fleet, with the size that the answer speaks of.
    public var fleet: Fleet
    public var outcome: Outcome
    /// From the step to the whole run, where the scenario asks for it.
    public var run: RunAnswer?
  }

  public enum Outcome: Sendable {
    case found(Found)
    /// No plan fits in memory; the nearest one lacks this much. So many devices would do, where a few
    /// doublings of their number help at all.
    case noFit(nearest: StepEstimate, enough: Int?)
    /// No plan meets the deadline with the devices there are; the quickest takes this long.
    case tooSlow(quickest: Found, enough: Int?)
    /// No plan keeps to the budget; the cheapest costs this much. With so many devices one would, where fewer
    /// help at all.
    case tooDear(cheapest: Found, enough: Int?)
    /// No legal plan exists; the one that breaks fewest rules breaks these.
    case noPlan(faults: [PlanFault])
    /// The fleet cannot be had.
    case barred(MarketBarrier)
    /// The hardware cannot do what is asked, whatever the plan.
    case cannotRun(EstimateFault)
  }

  public struct Found: Sendable {
    /// The best plans, best first; never empty.
    public var plans: [StepEstimate]
    /// The plans that no other beats both in cost and in time, quickest first: one where the number of
    /// devices is given.
    public var front: [StepEstimate]
    /// Estimates that the search made.
    public var evaluated: Int
    /// The run of the scenario's unit of tokens, under the best plan.
    public var run: RunEstimate
    /// The run of all tokens, under the best plan.
    public var total: RunEstimate
    /// The same with what disturbs it.
    public var outlook: RunOutlook

    public var step: StepEstimate { plans[0] }
  }

  /// Asks the planner for every model on every fleet, fleets side by side on all cores.
  ///
  /// - Parameter drawsRuns: Whether the runs of the best plans are drawn too, where the scenario says how
  ///   they go.
  /// - Throws: `PlanRefusal` for an explicit plan that cannot run, `EstimateFault` for a result that no
  ///   machine could reach.
  public static func answer(
    _ scenario: Scenario, drawsRuns: Bool = true
  ) async throws -> Comparison {
    var comparison = Comparison(scenario: scenario, entries: try await entries(scenario))
    if case .measured = scenario.recipe.routing {
      var even = scenario
      even.recipe.routing = .balanced
      comparison.evenEntries = try await entries(even)
    }
    comparison = try await comparison.withMixes()
    return drawsRuns ? try await comparison.withRuns() : comparison
  }

  static func entries(_ scenario: Scenario) async throws -> [Entry] {
    let questions = questions(scenario)
    return try await withThrowingTaskGroup(of: (Int, Entry).self) { group in
      for (index, question) in questions.enumerated() {
        group.addTask {
          (index, try entry(model: question.model, fleet: question.fleet, scenario: scenario))
        }
      }
      var entries: [Entry?] = Array(repeating: nil, count: questions.count)
      for try await (index, entry) in group { entries[index] = entry }
      return entries.compactMap { $0 }
    }
  }

  /// For each model, each fleet: what an entry answers.
  private static func questions(
    _ scenario: Scenario
  ) -> [(model: ModelArchitecture, fleet: Fleet)] {
    scenario.models.flatMap { model in scenario.fleets.map { (model: model, fleet: $0) } }
  }

  /// By entry, the model and the whole fleet that it was asked about.
  var questions: [(model: ModelArchitecture, fleet: Fleet)] { Self.questions(scenario) }

  private static func entry(
    model: ModelArchitecture, fleet: Fleet, scenario: Scenario
  ) throws -> Entry {
    let question = FleetQuestion(model: model, scenario: scenario)
    do {
      return try question.answer(on: fleet)
    } catch let fault as EstimateFault where fault.isOfHardware {
      return Entry(model: model, fleet: fleet, outcome: .cannotRun(fault))
    }
  }

  /// The run that savings are measured against, for a model.
  public func baseline(for model: ModelArchitecture) -> Found? {
    let entry = entries.first { $0.model.id == model.id && $0.fleet.id == scenario.baseline }
    guard case .found(let found)? = entry?.outcome else { return nil }
    return found
  }
}

/// An explicit plan that cannot run, with every reason.
public struct PlanRefusal: Error, Sendable {
  public var model: String
  public var fleet: String
  public var faults: [PlanFault]
}

extension Comparison {
  /// Whether any model found a plan that answers the question on any fleet, or on several together.
  public var hasAnswer: Bool {
    let fleets = entries.contains { entry in
      if case .found = entry.outcome { true } else { false }
    }
    let mixes = mixes.contains { answer in
      if case .found = answer.outcome { true } else { false }
    }
    return fleets || mixes
  }
}
