public import CostModel
public import Hardware
public import Units

/// What it takes to train on a number of tokens at the pace of one step.
///
/// ```
/// duration    = tokens / throughput
/// device time = duration · devices
/// cost        = price · device time
/// ```
/// Assumes that every step takes the same time and nothing interrupts them: a goodput of 1.
public struct RunEstimate: Sendable {
  public let tokens: Tokens
  public let duration: Seconds
  /// Device-seconds: the time of all devices together.
  public let deviceTime: Seconds
  /// Absent where nobody quotes a price.
  public let cost: Money?

  public init(step: StepEstimate, fleet: Fleet, tokens: Tokens) {
    self.tokens = tokens
    duration = tokens / step.throughput
    deviceTime = duration * Double(fleet.size)
    let deviceTime = deviceTime
    cost = fleet.price.map { $0.rate.value * deviceTime }
  }
}
