/// How a pipeline goes on when it has filled.
enum PipelinePace {
  /// Groups of as many micro-batches as stages that are timed one by one.
  static let groupsTimed = 8

  /// The time by which all stages have moved on, where it is the same for all: a pipeline moves on by it
  /// for ever, because each pass waits for others that do.
  static func common(_ before: [Double], _ after: [Double]) -> Double? {
    let pace = after[0] - before[0]
    // What rounding may add to a difference of sums.
    let tolerance = 1e-11 * pace
    for place in before.indices where abs(after[place] - before[place] - pace) > tolerance {
      return nil
    }
    return pace
  }

  /// The time of a group on the stage where it is longest: sooner or later all go at its pace. It is the
  /// mean of two groups, because some pipelines limp: a long group, then a short one.
  ///
  /// - Parameters:
  ///   - earlier: By stage, the end of a forward pass.
  ///   - later: The same two groups of micro-batches later.
  static func ofGroup(from earlier: [Double], to later: [Double]) -> Double {
    zip(earlier, later).reduce(0) { max($0, ($1.1 - $1.0) / 2) }
  }
}
