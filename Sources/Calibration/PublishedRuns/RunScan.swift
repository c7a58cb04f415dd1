import Parallelism

/// The plausible values of settings that rows leave open.
///
/// | setting | values | weight |
/// |---|---|---|
/// | micro-batch | 1, 2, 4, 8 that divide a rank's batch | how often rows that print one have it |
/// | recomputation | none, activations, then attention, experts, whole layers too | alike; of Megatron since 2024 by its recipes, attention never |
/// | chunks of a stage | all equal cuts from 2 where the stack interleaves | likewise, by layers |
/// | batch | ¼, 1, 4, 16 million tokens, four micro-batches a stage at least | alike |
enum RunScan {
  struct MicroBatch {
    var size: Int
    var weight: Double
  }

  static let batchTokens = [1 << 18, 1 << 20, 1 << 22, 1 << 24]

  /// The weights are numbers of published rows, those of scans over micro-batches apart: of 185 that
  /// split a model over ranks, nearly all run one sequence at a time; of 120 that do not, as many run
  /// eight and more as run one.
  static func microBatches(splitsModel: Bool) -> [MicroBatch] {
    let weights: [Double] = splitsModel ? [156, 19, 9, 1] : [31, 29, 26, 34]
    return zip([1, 2, 4, 8], weights).map { MicroBatch(size: $0, weight: $1) }
  }

  struct Recomputation {
    var recompute: Recompute
    var weight: Double
  }

  /// - Parameter isModernMegatron: Whether the framework is a Megatron with fused attention, which nobody
  ///   computes again: its backward pass makes the scores by itself. The weights then follow the recipes in
  ///   NVIDIA-NeMo/Megatron-Bridge 067f987, `perf_recipes`, counted by hand: of some 137, 77 compute nothing
  ///   again, 51 activations or projections, 2 whole experts, 7 whole layers.
  static func recomputes(hasExperts: Bool, isModernMegatron: Bool) -> [Recomputation] {
    func choices(_ weights: (Recompute, Double)...) -> [Recomputation] {
      weights.map { Recomputation(recompute: $0, weight: $1) }
    }
    if isModernMegatron {
      let experts = choices((.selective([.activations, .experts]), 2))
      return choices((.none, 77), (.selective([.activations]), 51)) + (hasExperts ? experts : [])
        + choices((.full, 7))
    }
    let experts = choices((.selective([.attention, .activations, .experts]), 1))
    return choices(
      (.none, 1), (.selective([.activations]), 1), (.selective([.attention, .activations]), 1))
      + (hasExperts ? experts : []) + choices((.full, 1))
  }

  struct Chunks {
    /// Chunks on a stage.
    var count: Int
    var weight: Double

    static let one = Self(count: 1, weight: 1)
  }

  /// The equal cuts of a stage's layers. The weights are numbers of odd-numbered rows by the layers of a
  /// chunk: who interleaves cuts finely, because the bubble shrinks with the number of chunks.
  static func chunks(layersPerStage: Int) -> [Chunks] {
    let weights: [Int: Double] = [1: 11, 2: 35, 3: 5, 4: 16, 6: 3, 8: 2]
    let cuts = (1...max(1, layersPerStage)).filter { layersPerStage % $0 == 0 }
    let chunks = cuts.map { Chunks(count: $0, weight: weights[layersPerStage / $0] ?? 1) }
    return chunks.count > 1 ? Array(chunks.dropFirst()) : chunks
  }
}
