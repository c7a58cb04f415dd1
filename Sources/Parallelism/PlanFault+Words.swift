extension PlanFault: CustomStringConvertible {
  /// The key at fault, and what is wrong with it.
  public var description: String { "\(key): \(words)" }

  /// The key of the scenario at fault, such as `plan.expert`.
  public var key: String {
    switch self {
    case .notPositive(let field, _): "plan.\(field)"
    case .ranks: "plan"
    case .headsOverTensor, .keyValueHeadsOverTensor, .feedForwardOverTensor: "plan.tensor"
    case .expertsOverExpert, .expertWithoutExperts, .expertFold: "plan.expert"
    case .expertWidthOverExpertTensor: "plan.expert_tensor"
    case .sequenceOverContext: "plan.context"
    case .batchOverData: "plan.data"
    case .layersOverStages: "plan.pipeline"
    case .unevenEnds(_, let first, _, _):
      first > 0 ? "plan.first_stage_layers" : "plan.last_stage_layers"
    case .unevenInterleaved: "plan.virtual_stages"
    case .virtualStagesWithoutPipeline, .interleavingNeedsWholeGroups: "plan.virtual_stages"
    case .scheduleWithoutInterleaving, .scheduleNotInStack, .tooFewMicroBatches, .oddMicroBatches,
      .oddStages:
      "plan.schedule"
    case .gradientsOverStages, .weightsOverStages: "plan.sharding"
    }
  }

  /// What is wrong with which value, and a remedy.
  public var words: String {
    switch self {
    case .notPositive(_, let value):
      "\(value) is not a positive number. Write 1 to leave that axis unused."
    case .ranks(let needed, let available):
      "its product of ranks is \(needed), the fleet has \(available) devices. "
        + "Change an axis, or leave out 'data' to have it derived."
    case .headsOverTensor(let heads, let tensor):
      "\(heads) attention heads cannot be split over \(tensor) ranks. "
        + "Use a divisor of \(heads)\(divisors(of: heads, near: tensor))."
    case .keyValueHeadsOverTensor(let heads, let tensor):
      "\(heads) key-value heads are neither split nor copied evenly over "
        + "\(tensor) ranks. Use a divisor or a multiple of \(heads)."
    case .feedForwardOverTensor(let width, let tensor):
      "a feed-forward width of \(width) cannot be split over \(tensor) ranks. "
        + "Use a divisor of \(width)\(divisors(of: width, near: tensor))."
    case .expertsOverExpert(let experts, let expert):
      "\(expert) ranks cannot share \(experts) experts evenly. "
        + "Use a divisor of \(experts)\(divisors(of: experts, near: expert))."
    case .expertWidthOverExpertTensor(let width, let expertTensor):
      "an expert width of \(width) cannot be split over "
        + "\(expertTensor) ranks. Use a divisor of \(width)."
    case .expertWithoutExperts(let expert):
      "\(expert) ranks have no experts to share, the model is dense. Write 1."
    case .expertFold(let expertRanks, let stageRanks):
      "expert times expert_tensor is \(expertRanks), which does not divide the "
        + "\(stageRanks) ranks of a stage (tensor times context times data). Use a divisor."
    case .sequenceOverContext(let sequence, let ranks):
      "a sequence of \(sequence) tokens cannot be cut into \(ranks) equal pieces. "
        + "Use fewer context or tensor ranks."
    case .batchOverData(let globalBatch, let data, let microBatch):
      "a global batch of \(globalBatch) is not a multiple of data times micro-batch, "
        + "\(data) times \(microBatch). Change one of the three."
    case .layersOverStages(let layers, let chunks):
      "\(layers) layers cannot fill \(chunks) stages and chunks. "
        + "Use fewer stages or fewer virtual stages."
    case .unevenEnds(let layers, let first, let last, let pipeline):
      "with \(first) layers on the first stage and \(last) on the last, where 0 is not set, "
        + "\(layers) layers do not fill \(pipeline) stages. Change one of them."
    case .unevenInterleaved:
      "stages with a number of layers of their own have one chunk each. Write 1."
    case .virtualStagesWithoutPipeline(let virtualStages):
      "\(virtualStages) chunks need more than one pipeline stage. Write 1."
    case .interleavingNeedsWholeGroups(let microBatches, let pipeline):
      "interleaving needs the \(microBatches) micro-batches to be a multiple "
        + "of the \(pipeline) stages. Change the batch, or write 1."
    case .scheduleWithoutInterleaving(let schedule):
      "'\(schedule.rawValue)' has no interleaved form. "
        + "Use '1f1b', or write virtual_stages: 1."
    case .gradientsOverStages(let pipeline):
      "ZeRO-2 shares gradients out after every micro-batch, which \(pipeline) pipeline stages "
        + "cannot. Write 'zero-1'."
    case .tooFewMicroBatches(let schedule, let microBatches, let least):
      "'\(schedule.rawValue)' needs \(least) micro-batches to fill its stages, a pipeline has "
        + "\(microBatches). Use a larger batch, fewer data ranks or fewer stages, or write '1f1b'."
    case .oddMicroBatches(let schedule, let microBatches):
      "'\(schedule.rawValue)' starts half of the micro-batches at either end, and \(microBatches) "
        + "is odd. Change the batch, data or micro_batch so that it is even."
    case .oddStages(let schedule, let pipeline):
      "'\(schedule.rawValue)' pairs the stages from both ends, and \(pipeline) is odd. "
        + "Use an even number of stages."
    case .weightsOverStages(let schedule):
      "'\(schedule.rawValue)' runs gradients of weights long after the weights were last gathered, "
        + "which ZeRO-3 cannot. Write 'zero-1'."
    case .scheduleNotInStack(let schedule, let stack, let choices):
      "software stack '\(stack)' cannot run '\(schedule)'. "
        + "It has: \(choices.joined(separator: ", "))."
    }
  }

  /// Up to two divisors around a value, as `, such as 8 or 16`.
  private func divisors(of whole: Int, near value: Int) -> String {
    let all = (1...max(1, whole)).filter { whole % $0 == 0 }
    let below = all.last { $0 < value }
    let above = all.first { $0 > value }
    let near = [below, above].compactMap { $0 }.map(String.init)
    return near.isEmpty ? "" : ", such as " + near.joined(separator: " or ")
  }
}
