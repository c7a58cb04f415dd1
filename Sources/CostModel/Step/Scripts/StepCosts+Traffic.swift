import Hardware
import Parallelism
public import Units
import Workload

/// What the communication between passes sends over a rank's links.
extension StepCosts {
  /// A hidden state or its gradient on the way to the next stage.
  public var sendTraffic: LinkTraffic {
    costs.communication.traffic(sending: stages.boundary, group: plan.pipelineGroup)
  }

  /// The sum of a stage's gradients, and the return of its weights.
  public func tailTraffic(stage: Int) -> (reduction: LinkTraffic, gather: LinkTraffic) {
    let stage = stages.stage(stage)
    let gradient = costs.stack.memory.gradientElement.value
    let weight = recipe.precision.sixteenBit.elementSize
    let traffic = { (kind: CollectiveKind, element: Bytes) in
      self.costs.communication.traffic(
        kind, group: self.plan.gradientGroup, payload: element * stage.sharedWeights)
        + self.costs.communication.traffic(
          kind, group: self.plan.expertGradientGroup, payload: element * stage.expertWeights)
    }
    switch plan.sharding {
    case .none: return (traffic(.allReduce, gradient), .none)
    case .optimizer: return (traffic(.reduceScatter, gradient), traffic(.allGather, weight))
    case .gradients: return (.none, traffic(.allGather, weight))
    case .weights: return (.none, .none)
    }
  }

  /// What a stage's passes need while they run, such as what they compute again.
  public func transient(stage: Int) -> Bytes { stages.stage(stage).transient }
}
