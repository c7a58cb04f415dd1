import CSV
import Parallelism
import Workload

/// The axes that a row prints.
struct StatedAxes {
  var tensor: Int?
  var pipeline: Int?
  var data: Int?
  var context: Int?
  var expert: Int?
  var expertTensor: Int?
  var virtualStages: Int?
  var microBatch: Int?

  /// The devices that the attention side's axes make, where enough of them are printed.
  var devices: Int? {
    guard let data, tensor != nil || pipeline != nil else { return nil }
    let product = [tensor, pipeline, context].reduce(Double(data)) { $0 * Double($1 ?? 1) }
    return product <= 1e6 ? Int(product) : nil
  }
}

extension RunDecoder {
  mutating func statedAxes() throws(RunSkip) -> StatedAxes {
    let limit = 1e6
    return StatedAxes(
      tensor: try count("TP", limit: limit), pipeline: try count("PP", limit: limit),
      data: try count("DP", limit: limit), context: try count("CP", limit: limit),
      expert: try count("EP", limit: limit), expertTensor: try count("ETP", limit: limit),
      virtualStages: try count("VPP", limit: 1e4), microBatch: try count("micro_batch", limit: 1e6))
  }

  /// The ways in which the row may be read.
  ///
  /// | not stated | taken |
  /// |---|---|
  /// | all of TP, PP and DP | no layout: the caller may search for one |
  /// | TP or PP | what the other axes leave |
  /// | DP | devices ÷ (TP · PP · CP) |
  /// | CP, EP | 1 |
  /// | ETP | TP, as Megatron-Core's experts follow it; 1 beside expert parallelism since 2025 |
  /// | micro-batch, VPP, batch, recomputation | each plausible value: see `RunScan` |
  mutating func readings(
    of model: ModelArchitecture, stated: StatedAxes, recipe: TrainingRecipe, devices: Int
  ) throws(RunSkip) -> [RunReading] {
    guard var plan = try axes(stated, devices: devices) else {
      assume("the best layout that a search finds")
      if fields["global_batch"] == nil { assume("global_batch \(recipe.globalBatch)") }
      return []
    }
    if model.experts != nil { placeExperts(&plan, stated, devices: devices) }
    if plan.ranks != devices { assume("\(plan.ranks) of \(devices) devices in use") }
    plan.sharding = sharding(data: plan.data, pipeline: plan.pipeline)
    plan.sequenceParallel = sequenceParallel(tensor: plan.tensor)
    return scan(plan, model: model, stated: stated, recipe: recipe)
  }

  /// The axes of the attention side, or nil where the row states none.
  private mutating func axes(
    _ stated: StatedAxes, devices: Int
  ) throws(RunSkip) -> ParallelPlan? {
    let fillsAll = stated.data == devices
    guard stated.tensor != nil || stated.pipeline != nil || fillsAll else { return nil }
    let context = stated.context ?? 1
    // What TP and PP share where DP is printed, and nothing more than 1 where it is not.
    let left = stated.data.map { max(1, Double(devices) / Double(context) / Double($0)) } ?? 1
    let tensor = stated.tensor ?? max(1, Int(left) / (stated.pipeline ?? 1))
    let pipeline = stated.pipeline ?? max(1, Int(left) / tensor)
    let needed = Double(tensor) * Double(pipeline) * Double(context)
    guard needed <= Double(devices) else {
      throw .layoutTooLarge(ranks: Int(needed), devices: devices)
    }
    var plan = ParallelPlan(tensor: tensor, context: context, pipeline: pipeline)
    plan.data = devices / plan.ranks
    if let data = stated.data, data != plan.data { assume("DP \(plan.data), not \(data)") }
    return plan
  }

  private mutating func placeExperts(
    _ plan: inout ParallelPlan, _ stated: StatedAxes, devices: Int
  ) {
    plan.expert = stated.expert ?? 1
    if stated.expert == nil { assume("EP 1") }
    let share = plan.tensor * plan.context
    let isUsual = month < "2025" || plan.expert == 1
    let follows = isUsual && share * plan.data % (plan.expert * plan.tensor) == 0
    plan.expertTensor = stated.expertTensor ?? (follows ? plan.tensor : 1)
    if stated.expertTensor == nil && plan.tensor > 1 { assume("ETP \(plan.expertTensor)") }
    // Devices that make no whole layout anyway: fewer of them, so that the experts divide evenly.
    guard plan.ranks != devices else { return }
    let expertRanks = plan.expert * plan.expertTensor
    plan.data = (1...plan.data).last { share * $0 % expertRanks == 0 } ?? plan.data
  }
}
