public import Workload

/// A reason why a plan cannot run a model on a number of ranks.
public enum PlanFault: Error, Hashable, Sendable {
  case notPositive(field: String, value: Int)
  case ranks(needed: Int, available: Int)
  case headsOverTensor(heads: Int, tensor: Int)
  case keyValueHeadsOverTensor(heads: Int, tensor: Int)
  case feedForwardOverTensor(width: Int, tensor: Int)
  case expertsOverExpert(experts: Int, expert: Int)
  case expertWidthOverExpertTensor(width: Int, expertTensor: Int)
  case expertWithoutExperts(expert: Int)
  case expertFold(expertRanks: Int, stageRanks: Int)
  case sequenceOverContext(sequence: Int, ranks: Int)
  case batchOverData(globalBatch: Int, data: Int, microBatch: Int)
  case layersOverStages(layers: Int, chunks: Int)
  /// Layers that the ends of the pipeline name leave too few, or too many, for the other stages.
  case unevenEnds(layers: Int, first: Int, last: Int, pipeline: Int)
  case unevenInterleaved
  case virtualStagesWithoutPipeline(virtualStages: Int)
  case interleavingNeedsWholeGroups(microBatches: Int, pipeline: Int)
  case scheduleWithoutInterleaving(schedule: ScheduleKind)
  case gradientsOverStages(pipeline: Int)
  case tooFewMicroBatches(schedule: ScheduleKind, microBatches: Int, least: Int)
  case oddMicroBatches(schedule: ScheduleKind, microBatches: Int)
  case oddStages(schedule: ScheduleKind, pipeline: Int)
  case weightsOverStages(schedule: ScheduleKind)
  case scheduleNotInStack(schedule: String, stack: String, choices: [String])
}

extension ParallelPlan {
  /// Every reason why the plan cannot run; empty if it can.
  public func faults(
    model: ModelArchitecture, sequenceLength: Int, globalBatch: Int, ranks available: Int
  ) -> [PlanFault] {
    let signs = signFaults()
    guard signs.isEmpty else { return signs }
    var faults: [PlanFault] = []
    if ranks != available { faults.append(.ranks(needed: ranks, available: available)) }
    faults += shapeFaults(of: model)
    faults += expertFaults(of: model)
    let cuts = context == 1 ? (sequenceParallel ? tensor : 1) : 2 * context * tensor
    if sequenceLength % cuts != 0 {
      faults.append(.sequenceOverContext(sequence: sequenceLength, ranks: cuts))
    }
    if globalBatch % (data * microBatch) != 0 {
      faults.append(.batchOverData(globalBatch: globalBatch, data: data, microBatch: microBatch))
    }
    return faults + scheduleFaults(layers: model.layers, globalBatch: globalBatch)
  }

  private func signFaults() -> [PlanFault] {
    let least = min(
      tensor, context, pipeline, virtualStages, data, min(expert, expertTensor, microBatch))
    guard least < 1 else { return [] }
    return [
      ("tensor", tensor), ("context", context), ("pipeline", pipeline),
      ("virtual_stages", virtualStages), ("data", data), ("expert", expert),
      ("expert_tensor", expertTensor), ("micro_batch", microBatch),
    ].filter { $0.1 < 1 }.map { .notPositive(field: $0.0, value: $0.1) }
  }

  private func shapeFaults(of model: ModelArchitecture) -> [PlanFault] {
    var faults: [PlanFault] = []
    if model.attention.heads % tensor != 0 {
      faults.append(.headsOverTensor(heads: model.attention.heads, tensor: tensor))
    }
    let groups = model.attention.keyValueHeads
    if groups % tensor != 0 && tensor % groups != 0 {
      faults.append(.keyValueHeadsOverTensor(heads: groups, tensor: tensor))
    }
    if model.feedForward.width % tensor != 0 {
      faults.append(.feedForwardOverTensor(width: model.feedForward.width, tensor: tensor))
    }
    return faults
  }

  private func expertFaults(of model: ModelArchitecture) -> [PlanFault] {
    guard let experts = model.experts else {
      return expert * expertTensor == 1 ? [] : [.expertWithoutExperts(expert: expert)]
    }
    var faults: [PlanFault] = []
    if experts.count % expert != 0 {
      faults.append(.expertsOverExpert(experts: experts.count, expert: expert))
    }
    if experts.width % expertTensor != 0 {
      faults.append(
        .expertWidthOverExpertTensor(width: experts.width, expertTensor: expertTensor))
    }
    let stageRanks = tensor * context * data
    if stageRanks % (expert * expertTensor) != 0 {
      faults.append(.expertFold(expertRanks: expert * expertTensor, stageRanks: stageRanks))
    }
    return faults
  }

  private func endFaults(layers: Int) -> [PlanFault] {
    if virtualStages > 1 { return [.unevenInterleaved] }
    let named = (firstStageLayers > 0 ? 1 : 0) + (lastStageLayers > 0 ? 1 : 0)
    let others = pipeline - named
    let left = layers - firstStageLayers - lastStageLayers
    let isEnough = others > 0 ? left >= others : others == 0 && left == 0
    guard isEnough else {
      return [
        .unevenEnds(
          layers: layers, first: firstStageLayers, last: lastStageLayers, pipeline: pipeline)
      ]
    }
    return []
  }

  private func scheduleFaults(layers: Int, globalBatch: Int) -> [PlanFault] {
    var faults: [PlanFault] = []
    if layers < pipeline * virtualStages {
      faults.append(.layersOverStages(layers: layers, chunks: pipeline * virtualStages))
    }
    if hasOwnEnds { faults += endFaults(layers: layers) }
    if sharding == .gradients && pipeline > 1 {
      faults.append(.gradientsOverStages(pipeline: pipeline))
    }
    faults += splitScheduleFaults(microBatches: microBatches(globalBatch: globalBatch))
    guard virtualStages > 1 else { return faults }
    if pipeline == 1 { faults.append(.virtualStagesWithoutPipeline(virtualStages: virtualStages)) }
    if schedule != .oneForwardOneBackward {
      faults.append(.scheduleWithoutInterleaving(schedule: schedule))
    }
    let microBatches = microBatches(globalBatch: globalBatch)
    if microBatches % pipeline != 0 {
      faults.append(
        .interleavingNeedsWholeGroups(microBatches: microBatches, pipeline: pipeline))
    }
    return faults
  }

  /// What the schedules that cut the backward pass in two cannot do without.
  private func splitScheduleFaults(microBatches: Int) -> [PlanFault] {
    let least: Int
    switch schedule {
    case .gpipe, .oneForwardOneBackward: return []
    case .zeroBubble: least = pipeline
    case .dualPipe: least = 2 * pipeline
    }
    var faults: [PlanFault] = []
    if microBatches < least {
      faults.append(
        .tooFewMicroBatches(schedule: schedule, microBatches: microBatches, least: least))
    }
    if sharding == .weights { faults.append(.weightsOverStages(schedule: schedule)) }
    guard schedule == .dualPipe else { return faults }
    if pipeline % 2 != 0 { faults.append(.oddStages(schedule: schedule, pipeline: pipeline)) }
    if microBatches % 2 != 0 {
      faults.append(.oddMicroBatches(schedule: schedule, microBatches: microBatches))
    }
    return faults
  }
}
