public import Hardware
import Numerics

/// How far two runs bring a stack that nobody has calibrated.
///
/// For each stack the constants are forgotten and drawn anew from the prior by two of its runs only; the
/// others are predicted. The prior was set by hand, some of its values with published runs in sight.
public struct TwoRunCheck {
  /// One stack's line.
  public struct Line: Sendable {
    public var stack: String
    /// Usable runs of the stack.
    public var runs: Int
    /// Errors of all runs with the prior's constants.
    public var prior: RunErrors
    /// Errors of the runs that did not train, medians over the pairs tried.
    public var calibrated: RunErrors
    /// Pairs of runs that were tried.
    public var pairs: Int
  }

  /// Stacks with fewer runs are left out: too few would remain to judge by.
  public static let fewestRuns = 6
  private static let mostPairs = 5

  public var prior: SoftwareStack
  public var validation: RunValidation

  public init(prior: SoftwareStack, validation: RunValidation) {
    self.prior = prior
    self.validation = validation
  }

  /// One line for each stack that enough rows mean, by name.
  public func lines(_ rows: [PublishedRow]) throws -> [Line] {
    let samples = rows.compactMap {
      StackSample($0, validation: validation, isTraining: false)
    }
    let groups = Dictionary(grouping: samples) { $0.stack.id }
    return try groups.keys.sorted().compactMap { id in
      let own = groups[id] ?? []
      guard own.count >= Self.fewestRuns, let stack = own.first?.stack else { return nil }
      return try line(stack, own)
    }
  }

  private func line(_ stack: SoftwareStack, _ samples: [StackSample]) throws -> Line {
    let fit = StackFit(base: stack, prior: prior, validation: validation)
    let pairs = pairs(of: samples.count)
    let tries = try pairs.compactMap { first, second in
      var marked = samples
      marked[first].isTraining = true
      marked[second].isTraining = true
      return try fit.fit(marked, source: "two runs").quality?.heldBack
    }
    let middle = { (value: (RunErrors) -> Double) in median(tries.map(value)) ?? 0 }
    return Line(
      stack: stack.id, runs: samples.count, prior: fit.errors(samples, with: fit.started()),
      calibrated: RunErrors(
        runs: samples.count - 2, median: middle(\.median), p90: middle(\.p90),
        bias: middle(\.bias)),
      pairs: pairs.count)
  }

  /// Pairs half a list apart, spread over it, in the order of the rows.
  private func pairs(of count: Int) -> [(Int, Int)] {
    let half = count / 2
    return stride(from: 0, to: half, by: max(1, (half + Self.mostPairs - 1) / Self.mostPairs))
      .map { ($0, $0 + half) }
  }
}
