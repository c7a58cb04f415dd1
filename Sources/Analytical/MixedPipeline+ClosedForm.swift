public import CostModel
import Parallelism
public import Units

extension MixedPipeline {
  /// The time of the step, put together as that of a pipeline on one fleet:
  /// ```
  /// step = max over stages (end + reduction) + max over stages (optimizer + gather) + host
  /// ```
  ///
  /// - Parameter free: Whether sends between pools take no time.
  public func stepTime(free: Bool = false) -> Seconds {
    let ends = plan.stageEnds(passTimes(free: free), microBatches: microBatches)
    let tails = tails
    let summed = zip(ends, tails).reduce(Seconds.zero) { max($0, $1.0 + $1.1.reduction) }
    let after = tails.reduce(Seconds.zero) { max($0, $1.optimizer + $1.gather) }
    return summed + after + hostTime
  }
}
