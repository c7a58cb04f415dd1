public import Parallelism
public import Units
public import Workload

extension FLOPConvention {
  /// The work that the source counts for one token, forward and backward.
  ///
  /// ```
  /// weights    6 · (attention + feed-forward, top-k and shared experts)
  /// output     6 · hidden · vocabulary
  /// attention  12 · layers · min(sequence, window) · heads · (query-key + value width) / 2,
  ///            half of it where causal; without the window in layers that have none
  /// recompute  a third of weights and attention, where counted
  /// ```
  /// Routers, norms and the embedding look-up are left out, as all counters here do. A module that
  /// predicts a further token counts as one more layer like the last, a join of 2 · hidden², and
  /// one more output projection.
  public func workPerToken(of model: ModelArchitecture, sequenceLength: Int) -> FLOPs {
    if weights == .nominal, let nominalParameters { return FLOPs(6 * nominalParameters) }
    let output = 6 * Double(model.hidden) * Double(model.vocabulary)
    let outputs = Double(1 + model.multiTokenLayers) * output
    let recomputed = countsRecompute ? 4.0 / 3 : 1
    let layers = 6 * layerWeights(of: model) + attentionWork(of: model, sequenceLength)
    return FLOPs(recomputed * layers + outputs)
  }

  /// The same with the forward work that the plan's recomputation repeats: the work behind HFU.
  public func hardwareWorkPerToken(
    of model: ModelArchitecture, sequenceLength: Int, recompute: Recompute
  ) -> FLOPs {
    let work = workPerToken(of: model, sequenceLength: sequenceLength)
    let layers = 6 * layerWeights(of: model) + attentionWork(of: model, sequenceLength)
    switch recompute {
    case .none:
      return work
    case .full:
      return countsRecompute ? work : work + FLOPs(layers / 3)
    case .share(let share):
      return countsRecompute ? work : work + FLOPs(share * layers / 3)
    case .selective(let parts):
      guard parts.contains(.attention) else { return work }
      return work + FLOPs(attentionWork(of: model, sequenceLength) / 3)
    }
  }

  /// Weights that a token meets in all layers.
  private func layerWeights(of model: ModelArchitecture) -> Double {
    let mixer = Double(mixerWeights(of: model))
    let dense = Double(model.feedForward.matrices * model.hidden * model.feedForward.width)
    let expert = model.experts.map { experts in
      Double(experts.matrices * model.hidden)
        * Double(experts.topK * experts.width + experts.sharedWidth)
    }
    let expertLayers = Double(model.expertLayers)
    let denseLayers = Double(model.layers) - expertLayers
    let further = Double(model.multiTokenLayers)
    let last = model.hasExperts(layer: model.layers - 1) ? expert ?? dense : dense
    let join = 2 * Double(model.hidden) * Double(model.hidden)
    return Double(model.layers) * mixer + denseLayers * dense + expertLayers * (expert ?? 0)
      + further * (mixer + last + join)
  }

  private func mixerWeights(of model: ModelArchitecture) -> Int {
    guard weights == .activeWithoutGroups, case .grouped(var attention) = model.attention else {
      return model.attention.parameters(hidden: model.hidden)
    }
    attention.keyValueHeads = attention.heads
    return Attention.grouped(attention).parameters(hidden: model.hidden)
  }

  private func attentionWork(of model: ModelArchitecture, _ sequenceLength: Int) -> Double {
    let factor =
      switch attention {
      case .square: 12.0
      case .causal: 6.0
      case .none: 0.0
      }
    let mixer = model.attention
    let whole = Double(sequenceLength)
    let windowed = Double(min(sequenceLength, mixer.window ?? sequenceLength))
    let reach = whole + mixer.windowedShare * (windowed - whole)
    let width = Double(mixer.queryKeyWidth + mixer.valueWidth) / 2
    let layers = Double(model.layers + model.multiTokenLayers)
    return factor * layers * reach * Double(mixer.heads) * width
  }
}
