public import CostModel
public import Hardware
import Numerics
public import Parallelism
import Units
public import Workload

/// What a simulation takes into account beside the plan.
public struct SimulationOptions: Sendable {
  /// Whether communications share links; if not, each runs as if it were alone.
  public var sharesLinks = true
  /// What is wrong with the fabric. A condition has no effect where links are not shared.
  public var condition = FabricCondition.sound
  /// The seed of the loads of expert ranks; nil takes the expected load for every layer.
  public var loadSeed: UInt64?
  /// Whether alike ranks are simulated once.
  public var isLumped = true

  public init(
    sharesLinks: Bool = true, condition: FabricCondition = .sound, loadSeed: UInt64? = nil,
    isLumped: Bool = true
  ) {
    self.sharesLinks = sharesLinks
    self.condition = condition
    self.loadSeed = loadSeed
    self.isLumped = isLumped
  }

  /// What the closed form takes into account.
  public static let uncontended = SimulationOptions(sharesLinks: false)
}

/// The time of a step by simulation of its events.
public struct SimulationEstimator: StepEstimator {
  public var options: SimulationOptions

  public init(_ options: SimulationOptions = SimulationOptions()) { self.options = options }

  public func estimate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet
  ) throws -> StepEstimate {
    try simulate(model: model, recipe: recipe, plan: plan, fleet: fleet).estimate
  }

  /// The estimate, and the sums of what happened.
  ///
  /// - Parameter recorder: Who is told what happens when.
  public func simulate(
    model: ModelArchitecture, recipe: TrainingRecipe, plan: ParallelPlan, fleet: Fleet,
    recorder: (any StepRecorder)? = nil
  ) throws -> (estimate: StepEstimate, timeline: StepTimeline) {
    let fleetCosts = FleetCosts(fleet)
    let pieces = try PieceCosts(model: model, recipe: recipe, plan: plan, costs: fleetCosts)
    let costs = try StepCosts(
      model: model, recipe: recipe, plan: plan, costs: fleetCosts, pieces: pieces)
    try costs.checkClock(slowest: options.condition.slowest)
    let scripts = try PieceScripts(
      model: model, recipe: recipe, plan: plan, costs: fleetCosts, pieces: pieces)
    let loads = drawnLoads(model, recipe, plan, microBatches: costs.microBatches)
    let classes = RankClasses(
      plan, condition: options.condition, fabric: options.sharesLinks ? fleet.fabric : nil,
      drawsLoads: loads != nil, isLumped: options.isLumped)
    let program = try StepProgram(
      costs, scripts, layout: StageLayout(model: model, plan: plan), loads: loads,
      expertRanks: classes.expertRanks)
    let timeline = try StepSimulation(
      program, classes: classes, fabric: options.sharesLinks ? fleet.fabric : nil,
      recorder: recorder
    ).run()
    let work = ModelWork(
      model: model, recipe: recipe, recompute: plan.recompute, habits: fleet.stack.kernels)
    return (try costs.estimate(costs.breakdown(timeline), work: work), timeline)
  }

  private func drawnLoads(
    _ model: ModelArchitecture, _ recipe: TrainingRecipe, _ plan: ParallelPlan, microBatches: Int
  ) -> DrawnLoads? {
    guard let seed = options.loadSeed, let experts = model.experts, plan.expert > 1,
      recipe.routing.isDrawn
    else { return nil }
    return DrawnLoads(
      recipe.routing, experts: experts.count, ranks: plan.expert,
      layers: model.expertLayers + model.multiTokenLayers,
      microBatches: microBatches, random: RandomGenerator(seed: seed))
  }
}

extension RoutingLoad {
  /// Whether loads differ from layer to layer.
  fileprivate var isDrawn: Bool {
    switch self {
    case .balanced, .capacity: false
    case .zipf, .dirichlet, .measured: true
    }
  }
}

extension FabricCondition {
  /// What is left of the slowest link.
  fileprivate var slowest: Double {
    let links = (slowInterfaces + slowScaleUp).map(\.speed) + slowUplinks.map(\.speed)
    return links.min() ?? 1
  }
}

extension StepCosts {
  /// The clock counts 292 years. Other flows slow one down too, and drawn loads are higher than expected: a
  /// quarter of it leaves room for both.
  ///
  /// - Throws: `EstimateFault.tooLong` where a step might run beyond.
  fileprivate func checkClock(slowest speed: Double) throws {
    let years = serialTime / (365.25 * Seconds.day) / speed
    guard years < 73 else { throw EstimateFault.tooLong(years: years) }
  }

  /// Where the time of a simulated step went: the busiest rank's work, and what else the pipeline took.
  fileprivate func breakdown(_ timeline: StepTimeline) -> StepBreakdown {
    let busiest = timeline.work.max { $0.total < $1.total } ?? StepBreakdown()
    return breakdown(
      busiest: busiest, pipeline: (timeline.pipelineEnd - .zero).amount,
      reduction: (timeline.gradientsReady - timeline.pipelineEnd).amount,
      update: (timeline.end - timeline.gradientsReady).amount)
  }
}
