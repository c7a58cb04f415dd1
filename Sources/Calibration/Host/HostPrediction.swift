import Analytical
import CostModel
public import Hardware
public import MoEKernel
import Parallelism
import Simulation
public import Units
import Workload

/// Predicts parts and steps on a machine that is a fleet of one device.
public struct HostPrediction {
  private let fleet: Fleet
  private let costs: FleetCosts

  public init(_ fleet: Fleet) {
    self.fleet = fleet
    costs = FleetCosts(fleet)
  }

  /// What both estimators say.
  public struct Times: Sendable {
    public var analytical: Seconds
    public var simulated: Seconds

    public init(analytical: Seconds, simulated: Seconds) {
      self.analytical = analytical
      self.simulated = simulated
    }

    /// Those of so many in a row.
    public static func * (a: Self, count: Double) -> Self {
      Self(analytical: a.analytical * count, simulated: a.simulated * count)
    }
  }

  /// The predicted time of a pass.
  ///
  /// A part by itself costs both estimators the same, because they share the prices of blocks.
  /// Experts are taken to be evenly filled: nobody knows a router's choices beforehand.
  /// - Throws: `EstimateFault`.
  public func times(_ shape: MeasuredShape, _ pass: HostTime.Pass) throws -> Times {
    guard pass != .step else { return try step(shape) }
    let lowering = Lowering.oneRank(
      shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength)
    let block: Block
    switch shape.part {
    case .experts, .step:
      let rows = Double(shape.tokens * shape.topK) / Double(shape.experts)
      block = lowering.expertPart(rows: Array(repeating: rows, count: shape.experts))
    case .attention: block = lowering.attentionPart()
    case .head: block = lowering.head()
    case .product:
      let work = Operation.Work.matrix(
        m: Double(shape.tokens), n: Double(shape.width), k: Double(shape.hidden))
      let product = { (pass: MatrixPass) in
        Operation(.output, work, pass: pass, precision: .fp32)
      }
      block = Block(
        forward: [product(.forward)],
        backward: [product(.inputGradient), product(.weightGradient)])
    }
    let cost = try BlockCost(
      block, cost: OperationCost(costs, plan: plan(shape), precision: .fp32), recompute: .none,
      isLayer: true)
    let time = pass == .forward ? cost.forward.total : cost.backward.total
    return Times(analytical: time, simulated: time)
  }

  private func step(_ shape: MeasuredShape) throws -> Times {
    let recipe = TrainingRecipe(
      tokens: Tokens(Double(shape.tokens)), sequenceLength: shape.sequenceLength,
      globalBatch: shape.batch, precision: .fp32)
    let time = { (estimator: any StepEstimator) in
      try estimator.estimate(
        model: shape.model, recipe: recipe, plan: plan(shape), fleet: fleet
      ).stepTime
    }
    return Times(
      analytical: try time(AnalyticalEstimator()), simulated: try time(SimulationEstimator()))
  }

  private func plan(_ shape: MeasuredShape) -> ParallelPlan {
    ParallelPlan(microBatch: shape.batch, sharding: .none)
  }
}

/// A measured time beside what the fitted profile says.
public struct HostComparison: Sendable {
  public var measured: HostTime
  public var predicted: HostPrediction.Times

  /// Predicted ÷ measured − 1, by the closed form.
  public var analyticalError: Double { predicted.analytical / measured.time - 1 }
  /// The same by simulation.
  public var simulatedError: Double { predicted.simulated / measured.time - 1 }

  public init(_ measured: HostTime, predicted: HostPrediction.Times) {
    self.measured = measured
    self.predicted = predicted
  }

  public init(_ measured: HostTime, by prediction: HostPrediction) throws {
    self.init(measured, predicted: try prediction.times(measured.shape, measured.pass))
  }
}
