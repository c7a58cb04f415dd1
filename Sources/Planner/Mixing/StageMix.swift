import Analytical
import CostModel
import Hardware
import Parallelism
import Units
import Workload

/// Pools that hold stages of every pipeline, in the order of the mix.
///
/// All of them have the same tensor, context, data and expert ranks; a pool holds as many stages as its
/// devices make. Layers are dealt so that the busiest stage is as quick as can be.
struct StageMix {
  let question: MixQuestion
  let link: PoolLink?

  private var recipe: TrainingRecipe { question.recipe }
  private var model: ModelArchitecture { question.model }
  private var fleets: [Fleet] { question.alone.map(\.fleet) }

  /// A layout with its layers, and what it takes.
  private struct Candidate {
    let pipeline: MixedPipeline
    let sizes: [Int]
    let balanced: Seconds
    let time: Seconds
  }

  func estimate() throws -> MixEstimate {
    let pricers = fleets.map {
      PlanPricer(model: model, recipe: recipe, costs: FleetCosts($0))
    }
    var plans: [(plan: ParallelPlan, least: Seconds)] = []
    try forEachPlan { plan in
      let pieces = try pricers.compactMap { try $0.pieces(plan) }
      if pieces.count == fleets.count { plans.append((plan, leastTime(plan, pieces))) }
    }
    // The most promising first, so that few others have to be looked at.
    let order = plans.indices.sorted { (plans[$0].least, $0) < (plans[$1].least, $1) }
    var best: Candidate?
    for index in order {
      if let best, plans[index].least >= best.time { break }
      let found = try leastRecomputing(plans[index].plan, pricers, within: best?.time)
      if let found, found.time < best?.time ?? Seconds(.infinity) { best = found }
    }
    guard let best else { throw MixFault.noStages }
    return try estimate(best)
  }

  /// A plan with as little recomputation as fits in memory; nil where none fits, or not within a time. Each
  /// level repeats more work than the one before, so none that follows is quicker.
  private func leastRecomputing(
    _ plan: ParallelPlan, _ pricers: [PlanPricer], within limit: Seconds?
  ) throws -> Candidate? {
    for level in recomputeLevels(plan) {
      var plan = plan
      plan.recompute = level
      let pieces = try pricers.compactMap { try $0.pieces(plan) }
      if let limit, leastTime(plan, pieces) >= limit { return nil }
      if let candidate = try candidate(plan, pricers, pieces) { return candidate }
    }
    return nil
  }

  /// The stages of each pool; nil where its devices make no whole number of them.
  private func stageRanges(_ plan: ParallelPlan) -> [Range<Int>]? {
    let ranks = plan.ranks / plan.pipeline
    var next = 0
    var ranges: [Range<Int>] = []
    for fleet in fleets {
      guard fleet.size % ranks == 0, fleet.size >= ranks else { return nil }
      ranges.append(next..<next + fleet.size / ranks)
      next += fleet.size / ranks
    }
    return next == plan.pipeline ? ranges : nil
  }

  /// The work of all layers spread over all stages without a gap.
  private func leastTime(_ plan: ParallelPlan, _ pieces: [PieceCosts]) -> Seconds {
    let ranks = plan.ranks / plan.pipeline
    let all = pieces.map {
      $0.layers(dense: model.layers - model.expertLayers, experts: model.expertLayers)
    }
    let pace = zip(fleets, all).reduce(0.0) { $0 + Double($1.0.size / ranks) / $1.1.value }
    return Seconds(Double(plan.microBatches(globalBatch: recipe.globalBatch)) / pace)
  }
}

// MARK: - Plans

extension StageMix {
  /// Calls a closure with each layout of all devices that puts whole stages on each pool.
  private func forEachPlan(_ body: (ParallelPlan) throws -> Void) throws {
    let size = fleets.reduce(0) { $0 + $1.size }
    switch question.scenario.plan {
    case .explicit(let plan):
      var plan = plan
      let others = plan.tensor * plan.context * plan.pipeline
      if plan.data == 0 { plan.data = max(1, size / others) }
      let legal = plan.faults(
        model: model, sequenceLength: recipe.sequenceLength, globalBatch: recipe.globalBatch,
        ranks: size)
      guard legal.isEmpty, isPlain(plan), stageRanges(plan) != nil else { return }
      try body(plan)
    case .search(let query):
      var constraints = query.constraints
      constraints.virtualStages = .of([1])
      constraints.schedule = .of([.oneForwardOneBackward])
      constraints.firstStageLayers = .of([0])
      constraints.lastStageLayers = .of([0])
      constraints.pipeline = .any
      let space = SearchSpace(
        model: model, recipe: recipe, fleet: fleets[0].sized(size), constraints: constraints)
      let domain = fleets.reduce(Int.max) { min($0, $1.fabric.scaleUp.domainSize) }
      try space.forEachPlan { _ in
        true
      } _: { plan, overlaps in
        guard plan.tensor <= domain, isPlain(plan), stageRanges(plan) != nil else { return }
        for overlap in overlaps {
          plan.overlap = overlap
          try body(plan)
        }
      }
    }
  }

  private func isPlain(_ plan: ParallelPlan) -> Bool {
    plan.pipeline > 1 && plan.virtualStages == 1 && plan.schedule == .oneForwardOneBackward
      && !plan.hasOwnEnds
  }

  private func recomputeLevels(_ plan: ParallelPlan) -> [Recompute] {
    guard case .search(let query) = question.scenario.plan else { return [plan.recompute] }
    return SearchSpace(
      model: model, recipe: recipe, fleet: fleets[0], constraints: query.constraints
    ).recomputeLevels
  }
}

// MARK: - A decided plan

extension StageMix {
  /// The step of pools whose plan and layers are decided.
  func pace(_ decision: MixEstimate) throws -> MixPace {
    let sizes = decision.pools.flatMap { pool -> [Int] in
      if case .layers(let layers)? = pool.work?.amount { layers } else { [] }
    }
    guard let plan = decision.pools[0].work?.plan, let ranges = stageRanges(plan) else {
      throw MixFault.noStages
    }
    let pricers = fleets.map { PlanPricer(model: model, recipe: recipe, costs: FleetCosts($0)) }
    let pieces = try pricers.compactMap { try $0.pieces(plan) }
    guard pieces.count == fleets.count else { throw MixFault.noStages }
    return .stages(try pipeline(plan, ranges, pricers, pieces, sizes: sizes))
  }
}

// MARK: - One plan

extension StageMix {
  /// The layout with its layers dealt; nil where some stage does not fit in memory.
  private func candidate(
    _ plan: ParallelPlan, _ pricers: [PlanPricer], _ pieces: [PieceCosts]
  ) throws -> Candidate? {
    guard let ranges = stageRanges(plan) else { return nil }
    let dealt = try pipeline(plan, ranges, pricers, pieces, sizes: nil)
    let partition = try partition(plan, dealt, pricers, pieces)
    guard let sizes = try partition.sizes() else { return nil }
    let pipeline = try pipeline(plan, ranges, pricers, pieces, sizes: sizes)
    let time = pipeline.stepTime()
    var next = 0
    var busiest = Seconds.zero
    for (stage, size) in sizes.enumerated() {
      busiest = max(busiest, partition.time(stage, next..<next + size))
      next += size
    }
    let lost = (busiest - (try partition.balanced().time)) * Double(pipeline.microBatches)
    return Candidate(
      pipeline: pipeline, sizes: sizes, balanced: time - max(.zero, lost), time: time)
  }

  private func pipeline(
    _ plan: ParallelPlan, _ ranges: [Range<Int>], _ pricers: [PlanPricer], _ pieces: [PieceCosts],
    sizes: [Int]?
  ) throws -> MixedPipeline {
    let layout =
      sizes.map { StageLayout(model: model, plan: plan, sizes: $0) }
      ?? StageLayout(model: model, plan: plan)
    let parts = try ranges.indices.map { pool in
      let costs = pricers[pool].costs
      let stages = StageCosts(
        layout: layout,
        pieces: try ShardedPieces(
          pieces[pool], model: model, plan: plan, recipe: recipe, costs: costs),
        plan: plan)
      return MixedPipeline.Part(
        stages: ranges[pool],
        step: StepCosts(
          plan: plan, recipe: recipe, costs: costs, stages: stages,
          updates: try UpdateCosts(stages, plan: plan, recipe: recipe, costs: costs),
          send: try SendCost(stages, plan: plan, costs: costs)))
    }
    return try MixedPipeline(parts, link: link)
  }

  private func partition(
    _ plan: ParallelPlan, _ pipeline: MixedPipeline, _ pricers: [PlanPricer],
    _ pieces: [PieceCosts]
  ) throws -> LayerPartition {
    let sends = pipeline.sends().map { $0.ahead + $0.back }
    return LayerPartition(
      model: model,
      stages: try pipeline.parts.indices.flatMap { pool in
        let fleet = fleets[pool]
        let pricer = try StagePricer(
          model: model, plan: plan, recipe: recipe, costs: pricers[pool].costs,
          pieces: pieces[pool])
        return pipeline.parts[pool].stages.map { stage in
          LayerPartition.Stage(
            pricer: pricer, capacity: fleet.device.memoryCapacity.value, sends: sends[stage])
        }
      })
  }

  private func estimate(_ best: Candidate) throws -> MixEstimate {
    let pipeline = best.pipeline
    let passes = pipeline.passTimes()
    let microBatches = Double(pipeline.microBatches)
    let busiest = pipeline.parts.map { part in
      part.stages.reduce(Seconds.zero) { max($0, passes.forward[$1] + passes.backward[$1]) }
        * microBatches
    }
    let slowest = busiest.reduce(.zero, max)
    let memory = pipeline.peakMemory
    return question.estimate(
      MixStep(
        time: best.time, balancedTime: best.balanced,
        linkTime: max(.zero, best.time - pipeline.stepTime(free: true)),
        modelUtilization: try question.utilization(stepTime: best.time, fleets: fleets)),
      pools: pipeline.parts.indices.map { pool in
        let layers = pipeline.parts[pool].stages.map { best.sizes[$0] }
        return PoolShare(
          fleet: fleets[pool],
          share: Double(layers.reduce(0, +)) / Double(model.layers),
          work: PoolShare.Work(
            plan: pipeline.plan, amount: .layers(layers), own: busiest[pool],
            wait: slowest - busiest[pool], memory: memory[pool],
            busyShare: busiest[pool] / best.time),
          deviceTime: .zero)
      })
  }
}
