public import Hardware
public import Parallelism
public import Units

/// One step of a pipeline whose stages lie on pools of different devices.
///
/// Each pool prices the whole pipeline as if all of it were its own, and of that its own stages are taken: a
/// stage depends on its own device and on its own data-parallel group alone. What passes between two pools
/// takes the link, or, without one, the slower network of the two. Plain 1F1B only: a send is then never
/// hidden.
public struct MixedPipeline: Sendable {
  /// A pool and the stages that lie on it.
  public struct Part: Sendable {
    public var stages: Range<Int>
    /// The whole pipeline on this pool.
    public var step: StepCosts

    public init(stages: Range<Int>, step: StepCosts) {
      self.stages = stages
      self.step = step
    }
  }

  /// In the order of their stages.
  public let parts: [Part]
  /// The time of a send from each part to the next.
  public let borders: [Seconds]

  public var plan: ParallelPlan { parts[0].step.plan }
  public var microBatches: Int { parts[0].step.microBatches }

  /// - Throws: `EstimateFault.noNetwork` where pools have neither a link nor a network each.
  public init(_ parts: [Part], link: PoolLink?) throws {
    precondition(
      parts.allSatisfy { $0.step.plan.virtualStages == 1 && !$0.step.plan.hidesSends },
      "stages on several pools run plain 1F1B")
    self.parts = parts
    borders = try zip(parts, parts.dropFirst()).map { try borderTime($0.step, $1.step, link) }
  }

  /// The passes, with the sends that their stages wait for.
  ///
  /// - Parameter free: Whether sends between pools take no time, which tells what the link costs.
  public func passTimes(free: Bool = false) -> PassTimes {
    let sends = sends(free: free)
    let chunks = parts.flatMap { part in part.stages.map { part.step.chunks[$0] } }
    return PassTimes(
      forward: zip(chunks, sends).map { $0.forwardTime + $1.ahead },
      backward: zip(chunks, sends).map { $0.backwardTime + $1.back })
  }

  /// By stage, what it waits for in one micro-batch: a send to the next stage, and one to the stage before.
  /// Nothing is sent beyond the ends of the pipeline.
  public func sends(free: Bool = false) -> [(ahead: Seconds, back: Seconds)] {
    let all = [Seconds.zero] + (free ? borders.map { _ in Seconds.zero } : borders) + [Seconds.zero]
    return parts.enumerated().flatMap { index, part in
      part.stages.map { stage in
        let inside = part.step.send.exposed
        return (
          ahead: stage == part.stages.upperBound - 1 ? all[index + 1] : inside,
          back: stage == part.stages.lowerBound ? all[index] : inside
        )
      }
    }
  }

  /// By stage.
  public var tails: [StepTail] {
    parts.flatMap { part in part.stages.map { part.step.tail(stage: $0) } }
  }

  /// The memory of the fullest stage of each part.
  public var peakMemory: [StageMemory] {
    parts.map { part in
      let stages = part.step.memory()[part.stages]
      return stages.max { $0.total < $1.total } ?? StageMemory()
    }
  }

  /// The longest time that a host adds to a step.
  public var hostTime: Seconds {
    parts.reduce(.zero) { max($0, $1.step.costs.stack.host.perStep.value) }
  }
}

/// The time of a send from one pool to another, which the sender waits for.
private func borderTime(_ one: StepCosts, _ other: StepCosts, _ link: PoolLink?) throws -> Seconds {
  let host = max(
    one.costs.stack.host.perCollective.value, other.costs.stack.host.perCollective.value)
  let boundary = one.stages.boundary
  if let link { return boundary / link.bandwidth + link.latency + host }
  if one.costs.fleet.fabric.id == other.costs.fleet.fabric.id {
    return max(one.send.exposed, other.send.exposed)
  }
  let times = try [one, other].map { step in
    let apart = RankGroup(size: 2, stride: step.costs.fleet.fabric.scaleUp.domainSize)
    guard let time = step.costs.communication.send(boundary, group: apart) else {
      throw EstimateFault.noNetwork(axis: "pipeline")
    }
    return time
  }
  return max(times[0], times[1]) + host
}
