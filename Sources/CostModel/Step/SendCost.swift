import Hardware
public import Parallelism
public import Units

/// The time of passing a result on to the next stage, or a gradient to the one before.
public struct SendCost: Hashable, Sendable {
  /// The part that the sender waits for.
  public let exposed: Seconds
  /// The rest: the result travels while its sender does other work.
  public let flight: Seconds

  public init(_ stages: StageCosts, plan: ParallelPlan, costs: FleetCosts) throws {
    guard plan.pipeline > 1 else {
      exposed = .zero
      flight = .zero
      return
    }
    guard let transfer = costs.communication.send(stages.boundary, group: plan.pipelineGroup) else {
      throw EstimateFault.noNetwork(axis: "pipeline")
    }
    let whole = transfer + costs.stack.host.perCollective.value
    flight = plan.hidesSends ? whole * costs.overlap(.pipeline, in: plan) : .zero
    exposed = whole - flight
  }
}
