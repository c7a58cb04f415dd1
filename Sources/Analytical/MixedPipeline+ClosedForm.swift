public import CostModel
import Parallelism
public import Units

extension MixedPipeline {
  /// The time of the step, put together as that of a pipeline on one fleet:
  /// ```
  /// step = max over stages (end + reduction) + max over stages (optimizer + gather) + host
  /// ```
  ///
  /// - Parameters:
  ///   - free: Whether sends between pools take no time.
  ///   - factors: By part, how many times longer its stages take than estimated; absent where they are right.
  ///   - exchanges: The part of the steps that exchange something between replicas.
  public func stepTime(
    free: Bool = false, factors: [Double]? = nil, exchanges: Double = 1
  ) -> Seconds {
    let factors = parts.enumerated().flatMap { index, part in
      part.stages.map { _ in factors?[index] ?? 1 }
    }
    let passes = passTimes(free: free)
    let scaled = PassTimes(
      forward: zip(passes.forward, factors).map { $0 * $1 },
      backward: zip(passes.backward, factors).map { $0 * $1 })
    let ends = plan.stageEnds(scaled, microBatches: microBatches)
    let tails = zip(tails, factors)
    let summed = zip(ends, tails).reduce(Seconds.zero) {
      max($0, $1.0 + exchanges * $1.1.0.reduction * $1.1.1)
    }
    let after = tails.reduce(Seconds.zero) {
      max($0, ($1.0.optimizer + exchanges * $1.0.gather) * $1.1)
    }
    return summed + after + hostTime
  }
}
