import TrainingRun
import Units
import Workload

/// What the smaller batches of a ramp add to a run, by the tokens that are trained.
///
/// The batch grows linearly in tokens, and the time of a token is integrated over it (trapezoids between a few
/// batches whose steps are estimated).
struct RampCurve: Sendable {
  /// The part of the run's tokens, from its start, over which the batch grows.
  let share: Double
  /// What all tokens of the run would take longer at each of some batches, evenly spaced from the smallest to
  /// the full one.
  private let excess: [Seconds]

  static let none = RampCurve(share: 0, excess: [])

  fileprivate init(share: Double, excess: [Seconds]) {
    self.share = share
    self.excess = excess
  }

  /// What a stretch of the tokens takes longer, from one part of them to another: 0 is the start of the run.
  func added(from start: Double = 0, to end: Double = 1) -> Seconds {
    max(.zero, added(before: end) - added(before: start))
  }

  private func added(before end: Double) -> Seconds {
    let width = share / Double(max(1, excess.count - 1))
    return zip(excess, excess.dropFirst()).enumerated().reduce(.zero) { sum, cell in
      let (first, last) = cell.element
      let part = min(max((end - Double(cell.offset) * width) / width, 0), 1)
      return sum + width * part * (first + part / 2 * (last - first))
    }
  }
}

extension BatchRamp {
  /// The curve of this ramp.
  ///
  /// - Parameters:
  ///   - quantum: Batches are multiples of it.
  ///   - full: The step of the full batch.
  ///   - stepTime: The step of a recipe with another batch.
  func curve(
    _ recipe: TrainingRecipe, quantum: Int, stepTime full: Seconds,
    of stepTime: (TrainingRecipe) throws -> Seconds
  ) rethrows -> RampCurve {
    guard start < recipe.globalBatch else { return .none }
    let batches = stride(from: 0.0, through: 1, by: 0.25).map { share in
      let batch = Double(start) + share * Double(recipe.globalBatch - start)
      return max(quantum, Int((batch / Double(quantum)).rounded()) * quantum)
    }
    let atFull = full / recipe.tokensPerStep.value
    let excess = try batches.map { batch in
      let smaller = recipe.with(batch: batch)
      let perToken = try stepTime(smaller) / smaller.tokensPerStep.value
      return recipe.tokens.value * (perToken - atFull)
    }
    return RampCurve(share: share, excess: excess)
  }
}
