public import Hardware
public import Parallelism
public import Units
public import Workload

/// Anything that tells how long one optimizer step takes.
public protocol StepEstimator: Sendable {
  /// - Throws: `EstimateFault` where the hardware cannot run the plan at all. Too little memory is
  ///   no fault: the estimate says how much is short.
  func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet
  ) throws -> StepEstimate
}

/// One optimizer step of a model under a plan on a fleet.
public struct StepEstimate: Sendable {
  public var plan: ParallelPlan
  /// The format of the layers' products.
  public var precision: TrainingPrecision
  public var breakdown: StepBreakdown
  /// Memory of a rank of each pipeline stage.
  public var memory: [StageMemory]
  public var memoryCapacity: Bytes
  /// The least that the model's weights take, held once.
  public var modelWeights: Bytes
  /// Work that the model needs: every product forward and twice backward, attention over the causal
  /// half, only the experts that a token visits, nothing twice.
  public var modelFLOPs: FLOPs
  /// The same with what recomputation adds.
  public var hardwareFLOPs: FLOPs
  public var tokensPerStep: Tokens
  /// The dense peak of all ranks together, in the precision of the layers' matrix products.
  public var fleetPeak: FLOPsPerSecond

  public init(
    plan: ParallelPlan, precision: TrainingPrecision, breakdown: StepBreakdown,
    memory: [StageMemory], memoryCapacity: Bytes, modelWeights: Bytes, modelFLOPs: FLOPs,
    hardwareFLOPs: FLOPs, tokensPerStep: Tokens, fleetPeak: FLOPsPerSecond
  ) {
    self.plan = plan
    self.precision = precision
    self.breakdown = breakdown
    self.memory = memory
    self.memoryCapacity = memoryCapacity
    self.modelWeights = modelWeights
    self.modelFLOPs = modelFLOPs
    self.hardwareFLOPs = hardwareFLOPs
    self.tokensPerStep = tokensPerStep
    self.fleetPeak = fleetPeak
  }

  public var stepTime: Seconds { breakdown.total }

  public var throughput: TokensPerSecond { tokensPerStep / stepTime }

  /// Model FLOPs utilization: `modelFLOPs ÷ (time · peak · devices)`, causal convention.
  public var modelUtilization: Double { modelFLOPs / (fleetPeak * stepTime) }

  /// Hardware FLOPs utilization: the same with recomputation counted.
  public var hardwareUtilization: Double { hardwareFLOPs / (fleetPeak * stepTime) }

  /// The fullest stage.
  public var peakMemory: StageMemory {
    memory.max { $0.total < $1.total } ?? StageMemory()
  }

  public var fitsMemory: Bool { peakMemory.total <= memoryCapacity }

  /// How much memory the fullest stage lacks; zero if it fits.
  public var shortfall: Bytes { max(.zero, peakMemory.total - memoryCapacity) }

  /// Checks what no real machine can break.
  ///
  /// - Throws: `EstimateFault.beyondPhysics`.
  public func checkPhysics() throws {
    guard stepTime.isFinite, stepTime > .zero else {
      throw EstimateFault.beyondPhysics(
        what: "The step time in seconds", value: stepTime.value, limit: 0)
    }
    guard hardwareUtilization <= 1 else {
      throw EstimateFault.beyondPhysics(
        what: "Utilization of the peak", value: hardwareUtilization, limit: 1)
    }
    let weights = memory.reduce(Bytes.zero) { $0 + $1.weights }
    let ranks = Double(plan.ranks / plan.pipeline)
    guard weights * ranks >= modelWeights else {
      throw EstimateFault.beyondPhysics(
        what: "The memory of all weights in bytes", value: (weights * ranks).value,
        limit: modelWeights.value)
    }
    for part in StepBreakdown.Part.allCases where breakdown[part] < .zero {
      throw EstimateFault.beyondPhysics(
        what: "Time of \(part)", value: breakdown[part].value, limit: 0)
    }
  }
}
