import CostModel
import Numerics
import Parallelism
import Units
import Workload

/// Deals a model's layers to the stages of a pipeline whose stages are not alike, so that the busiest stage
/// is as quick as can be.
struct LayerPartition {
  let model: ModelArchitecture
  /// By stage.
  let stages: [Stage]

  /// One stage, as its pool prices it.
  struct Stage {
    let pricer: StagePricer
    let capacity: Bytes
    /// What it waits for sends, for one micro-batch.
    let sends: Seconds
  }

  /// The time of one stage for one micro-batch, with its sends.
  func time(_ stage: Int, _ layers: Range<Int>) -> Seconds {
    stages[stage].pricer.price(StageLayout.Share(layers, of: model)).time + stages[stage].sends
  }

  /// Whether a stage holds these layers and is done with them in time.
  private func holds(_ stage: Int, _ layers: Range<Int>, within limit: Seconds) -> Bool {
    let price = stages[stage].pricer.price(StageLayout.Share(layers, of: model))
    return price.time + stages[stage].sends <= limit
      && stages[stage].pricer.memory(price, stage: stage) <= stages[stage].capacity
  }

  /// The time of each stage if layers could be split, extras of the ends and sends counted: the root of
  /// `Σ over stages (t − extra) / layer − layers`, where a layer is the mean layer on the stage's device.
  ///
  /// - Returns: That time, and the fractions of layers that stages get in it.
  func balanced() throws -> (time: Seconds, layers: [Double]) {
    let pace = stages.indices.map { layerPace(stage: $0) }
    let layers = { (limit: Double) in
      pace.map { max(0, (limit - $0.extra) / $0.layer) }
    }
    let all = Double(model.layers)
    let most = pace.map { $0.extra + all * $0.layer }.min() ?? 0
    let limit = try root(
      of: { layers($0).reduce(0, +) - all }, from: 0, to: most * (1 + 1e-6))
    return (Seconds(limit), layers(limit))
  }

  /// The mean time of a layer on a stage, and what the stage does beside layers.
  private func layerPace(stage: Int) -> (layer: Double, extra: Double) {
    let price = { (share: StageLayout.Share) in stages[stage].pricer.price(share).time.value }
    let whole = StageLayout.Share(0..<model.layers, of: model)
    var bare = whole
    bare.hasEmbedding = false
    bare.hasHead = false
    bare.multiTokenLayers = 0
    let layers = price(bare)
    var ends = whole
    ends.hasEmbedding = stage == 0
    ends.hasHead = stage == stages.count - 1
    ends.multiTokenLayers = ends.hasHead ? model.multiTokenLayers : 0
    return (
      layers / Double(model.layers), price(ends) - layers + stages[stage].sends.value
    )
  }

  /// The layers of each stage with which the busiest one is quickest and every stage fits in memory; nil
  /// where none fits.
  ///
  /// The least time is found by halving; of the partitions within it the one is taken whose borders lie
  /// nearest to those of the balanced fractions.
  func sizes() throws -> [Int]? {
    let (balancedTime, fractions) = try balanced()
    var high = balancedTime * 2
    var doublings = 0
    while ends(within: high) == nil {
      high = high * 2
      doublings += 1
      // Far beyond the time of all layers on one stage, only memory can be short.
      if doublings > 12 { return nil }
    }
    var low = Seconds.zero
    while high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if ends(within: middle) == nil { low = middle } else { high = middle }
    }
    if let sizes = sizes(within: high, near: fractions) { return sizes }
    return ends(within: high).map { ends in
      zip(ends, [0] + ends).map { $0 - $1 }
    }
  }

  /// The last layers that stages can end before, counted from the front; nil where not all layers fit.
  private func ends(within limit: Seconds) -> [Int]? {
    var ends: [Int] = []
    var next = 0
    for stage in stages.indices {
      let most = model.layers - (stages.count - 1 - stage)
      var end = next
      while end < most, holds(stage, next..<end + 1, within: limit) { end += 1 }
      guard end > next else { return nil }
      ends.append(end)
      next = end
    }
    return next == model.layers ? ends : nil
  }

  /// The first layers that stages can start at, counted from the back.
  private func starts(within limit: Seconds) -> [Int] {
    var starts: [Int] = []
    var next = model.layers
    for stage in stages.indices.reversed() {
      var start = next
      while start > stage, holds(stage, start - 1..<next, within: limit) { start -= 1 }
      starts.append(start)
      next = start
    }
    return starts.reversed()
  }

  private func sizes(within limit: Seconds, near fractions: [Double]) -> [Int]? {
    let starts = starts(within: limit)
    var sizes: [Int] = []
    var next = 0
    var ideal = 0.0
    for stage in stages.indices.dropLast() {
      ideal += fractions[stage]
      let least = max(next + 1, starts[stage + 1])
      var end = least
      while end + 1 <= Int(ideal.rounded()), end + 1 <= model.layers - (stages.count - 1 - stage),
        holds(stage, next..<end + 1, within: limit)
      { end += 1 }
      guard holds(stage, next..<end, within: limit) else { return nil }
      sizes.append(end - next)
      next = end
    }
    guard holds(stages.count - 1, next..<model.layers, within: limit) else { return nil }
    return sizes + [model.layers - next]
  }
}
