/// How a pipeline goes on when it has filled.
enum PipelinePace {
  /// Groups of as many micro-batches as stages that are timed one by one.
  static let groupsTimed = 8

  /// The time by which all of a pipeline has moved on, where it is the same for all: it moves on by it
  /// for ever, because each pass waits for others that do.
  static func common(
    _ before: UnsafePointer<Double>, _ after: UnsafePointer<Double>, count: Int
  ) -> Double? {
    let pace = after[0] - before[0]
    // What rounding may add to a difference of sums.
    let tolerance = 1e-11 * pace
    for place in 1..<max(1, count) {
      // Nor is what has not begun yet, at minus infinity, in step.
      guard abs(after[place] - before[place] - pace) <= tolerance else { return nil }
    }
    return pace
  }

  /// The time of a group on the stage where it is longest: sooner or later all go at its pace. It is the
  /// mean of two groups, because some pipelines limp: a long group, then a short one.
  ///
  /// - Parameters:
  ///   - earlier: By stage, the end of a forward pass.
  ///   - later: The same two groups of micro-batches later.
  static func ofGroup(
    from earlier: UnsafePointer<Double>, to later: UnsafePointer<Double>, count: Int
  ) -> Double {
    (0..<count).reduce(0) { max($0, (later[$1] - earlier[$1]) / 2) }
  }
}
