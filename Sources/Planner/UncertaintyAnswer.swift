import CostModel
import Hardware
import Numerics
public import TrainingRun
import Workload

/// What a study of uncertain inputs says about each fleet and each mix of fleets.
public struct UncertaintyAnswer: Sendable {
  public let comparison: Comparison
  /// At the written values.
  let point: DrawResults
  let rows: [StudyRow]
  /// Draws beside those that were left out, because their values do not go together.
  public let refused: Int

  /// A result that a study tells the spread of.
  public enum Quantity: String, CaseIterable, Sendable {
    case cost, days, goodput
    case effectiveTime = "effective_time"
    case interruptions, energy, carbon
    case deviceHours = "device_hours"
    case utilization
    /// Told where some run was given up.
    case unfinished

    func value(_ result: DrawResult) -> Double? {
      switch self {
      case .cost: result.cost
      case .days: result.days
      case .goodput: result.goodput
      case .effectiveTime: result.effectiveTime
      case .interruptions: result.interruptions
      case .energy: result.energy
      case .carbon: result.carbon
      case .deviceHours: result.deviceHours
      case .utilization: result.utilization
      case .unfinished: result.unfinished
      }
    }
  }

  public var draws: Int { rows.count }

  /// The part of an entry's runs that were given up, over all draws.
  public func unfinished(entry index: Int) -> Double {
    mean(rows.compactMap { $0.a[index]?.unfinished }) ?? 0
  }
  public var inputCount: Int { comparison.scenario.uncertain.count }

  /// What a study tells of: the fleets of the comparison, and after them its mixes. An entry is told by its
  /// number among these.
  public var entries: [(model: String, name: String)] {
    comparison.entries.map { ($0.model.id, $0.fleet.id) }
      + comparison.mixes.map { ($0.model.id, $0.mix.name) }
  }

  /// The number of the entry that savings of an entry are measured against.
  private func baseline(of index: Int) -> Int? {
    let model = entries[index].model
    let found = comparison.entries.firstIndex {
      $0.model.id == model && $0.fleet.id == comparison.scenario.baseline
    }
    return found == index ? nil : found
  }

  /// Mean and quantiles of a result of an entry, and its value at the written inputs.
  public func spread(of quantity: Quantity, entry index: Int) -> (point: Double, spread: Spread)? {
    guard let point = point[index].flatMap(quantity.value) else { return nil }
    let values = rows.compactMap { $0.a[index].flatMap(quantity.value) }
    return Spread(values).map { (point, $0) }
  }

  /// 1 − cost ÷ cost of the baseline, draw by draw. What was given up saves nothing, whatever the baseline does.
  public func savings(entry index: Int) -> [Double] {
    rows.compactMap { saving(in: $0.a, entry: index) }
  }

  private func saving(in results: DrawResults, entry index: Int) -> Double? {
    guard let other = baseline(of: index), let cost = results[index]?.cost,
      let base = results[other]?.cost
    else { return nil }
    return cost.isFinite ? 1 - cost / base : -.infinity
  }

  /// The part of the draws in which an entry saves more than a share of the baseline's cost.
  public func probability(entry index: Int, savesMoreThan share: Double) -> Double? {
    let savings = savings(entry: index)
    guard !savings.isEmpty else { return nil }
    return Double(savings.count { $0 > share }) / Double(savings.count)
  }

  /// The part of the draws in which an entry costs less than another of its model; nil without prices.
  public func probability(entry index: Int, isCheaperThan other: Int) -> Double? {
    let pairs = rows.compactMap { row -> (Double, Double)? in
      guard let cost = row.a[index]?.cost, let otherCost = row.a[other]?.cost else { return nil }
      return (cost, otherCost)
    }
    guard !pairs.isEmpty else { return nil }
    return Double(pairs.count { $0 < $1 }) / Double(pairs.count)
  }

  /// The inputs that move the cost of an entry, those that move it most first.
  public func costSensitivities(entry index: Int) -> [(input: UncertainInput, index: Sensitivity)] {
    sensitivities { $0[index]?.cost }
  }

  /// The inputs that move the saving of an entry, those that move it most first.
  public func savingSensitivities(entry index: Int) -> [(input: UncertainInput, index: Sensitivity)]
  {
    sensitivities { saving(in: $0, entry: index) }
  }

  private func sensitivities(
    _ value: (DrawResults) -> Double?
  ) -> [(input: UncertainInput, index: Sensitivity)] {
    let studied = rows.filter { !$0.b.isEmpty }
    let a = studied.compactMap { value($0.a) }
    let b = studied.compactMap { value($0.b) }
    let inputs = comparison.scenario.uncertain
    let mixed = inputs.indices.map { input in studied.compactMap { value($0.mixed[input]) } }
    // A variance is one of runs that all came to their end.
    guard !studied.isEmpty, a.count == studied.count, b.count == a.count,
      mixed.allSatisfy({ $0.count == a.count }), ([a, b] + mixed).joined().allSatisfy(\.isFinite)
    else { return [] }
    let seed = RandomGenerator.seed(comparison.scenario.samplePlan?.seed ?? 1, stream: 1)
    let indices = Sensitivity.indices(
      a: a, b: b, mixed: mixed, random: RandomGenerator(seed: seed))
    return zip(inputs, indices).map { (input: $0, index: $1) }.filter { $0.index.total > 0 }
      .sorted { ($0.index.total, $1.input.key) > ($1.index.total, $0.input.key) }
  }

  /// What the ratio of a fleet's cost to the baseline's is made of, at the written inputs; nil for a mix, which
  /// has no one price.
  public func difference(entry index: Int) -> CostDifference? {
    guard comparison.entries.indices.contains(index), let other = baseline(of: index),
      let one = point[index], let base = point[other]
    else { return nil }
    return CostDifference(
      one, comparison.entries[index], against: base, comparison.entries[other],
      precision: comparison.scenario.recipe.precision.matrixPrecision)
  }
}
