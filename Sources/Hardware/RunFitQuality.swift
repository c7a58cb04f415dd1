/// How far a software stack is from published training runs: those that its constants were fitted
/// to, and those that trained nothing.
public struct RunFitQuality: Hashable, Sendable {
  public var trained: RunErrors
  public var heldBack: RunErrors

  public init(trained: RunErrors, heldBack: RunErrors) {
    self.trained = trained
    self.heldBack = heldBack
  }
}

/// Errors of predicted step times over some runs.
public struct RunErrors: Hashable, Sendable {
  public var runs: Int
  /// Median of |observed ÷ predicted speed − 1| over the runs; 0 where there are none.
  public var median: Double
  /// The same at the 90th percentile.
  public var p90: Double
  /// Median of predicted ÷ observed time, less 1: above 0 where predictions are too slow.
  public var bias: Double

  public init(runs: Int, median: Double, p90: Double, bias: Double) {
    self.runs = runs
    self.median = median
    self.p90 = p90
    self.bias = bias
  }
}
