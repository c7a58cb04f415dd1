import Foundation
public import Hardware
public import Units

/// The shape of one fused attention kernel on one rank.
public struct AttentionShape: Hashable, Sendable {
  /// Sequences.
  public var batch: Double
  /// Queries of each sequence.
  public var queries: Double
  /// Keys of each sequence.
  public var keys: Double
  public var heads: Double
  public var keyValueHeads: Double
  public var queryKeyWidth: Double
  public var valueWidth: Double
  /// Whether a query sees only the keys before it.
  public var causal: Bool
  /// Nearest keys that a query sees; nil is all.
  public var window: Double?
  /// The part of such kernels that have the window, where a shape stands for the mean of layers with
  /// and without it.
  public var windowedShare = 1.0
  /// Whether the queries are a part of the sequence that sees as many keys as any other part, as
  /// context-parallel ranks deal it out: the first and the last chunk, the second and the last but
  /// one, and so on. Otherwise they are its end.
  public var evenShare = false
  /// Whether the kernel also copies keys and values into an inference library's cache.
  public var fillsCache = false

  public init(
    batch: Double, queries: Double, keys: Double, heads: Double, keyValueHeads: Double,
    queryKeyWidth: Double, valueWidth: Double, causal: Bool = true, window: Double? = nil
  ) {
    self.batch = batch
    self.queries = queries
    self.keys = keys
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.queryKeyWidth = queryKeyWidth
    self.valueWidth = valueWidth
    self.causal = causal
    self.window = window
  }

  /// The (query, key) pairs of one head of one sequence that are not masked.
  ///
  /// Causal, with the queries being the last of the keys: q · k − q (q − 1) / 2, about half the
  /// square where q = k. A window of w leaves at most w keys to each query. An even share of the
  /// sequence has its share of all pairs.
  public var pairs: Double {
    guard windowedShare == 1 else {
      let (windowed, whole) = kinds
      return windowedShare * windowed.pairs + (1 - windowedShare) * whole.pairs
    }
    guard !evenShare else {
      var whole = self
      whole.queries = keys
      whole.evenShare = false
      return whole.pairs * (queries / keys)
    }
    let all = causal ? queries * keys - queries * (queries - 1) / 2 : queries * keys
    guard let window, window < keys else { return all }
    guard causal else { return queries * window }
    let early = keys - queries  // keys before the first query
    let growing = max(0, min(queries, window - early))
    return growing * early + growing * (growing + 1) / 2 + (queries - growing) * window
  }

  /// The shape with the window and the one without, of a mean of both.
  fileprivate var kinds: (windowed: Self, whole: Self) {
    var (windowed, whole) = (self, self)
    windowed.windowedShare = 1
    whole.windowedShare = 1
    whole.window = nil
    return (windowed, whole)
  }

  /// The forward work: two products over the unmasked pairs.
  public var work: FLOPs {
    FLOPs(2 * batch * heads * pairs * (queryKeyWidth + valueWidth))
  }

  /// Work of the backward pass ÷ that of the forward pass: five products where that has two, because
  /// the scores are made again.
  ///
  /// Source: FlashAttention-2, arXiv 2307.08691, algorithm 2.
  public static let backwardWork = 2.5
}

extension AttentionShape {
  /// Blocks of 128 queries, each the work of one compute unit.
  fileprivate var blocks: Double { batch * heads * (queries / 128).rounded(.up) }

  /// Queries and result of every head, keys and values of every key-value head.
  fileprivate func traffic(element: Bytes) -> Bytes {
    let widths = queryKeyWidth + valueWidth
    return element * (batch * (queries * heads + keys * keyValueHeads) * widths)
  }

  /// Keys and values of every key-value head, in 16 bits.
  fileprivate var keyValueBytes: Bytes {
    Bytes(2 * batch * keys * keyValueHeads * (queryKeyWidth + valueWidth))
  }

  fileprivate func variable(_ variable: CorrectionGrid.Variable) -> Double {
    switch variable {
    case .sequence: keys
    case .heads: batch * heads
    case .width: (queryKeyWidth + valueWidth) / 2
    default: preconditionFailure("attention has no \(variable.rawValue)")
    }
  }
}

extension KernelModel {
  /// Returns the time of fused attention, forward or backward, by the formula of `AttentionCurve`.
  ///
  /// The forward kernels' correction says nothing of the backward pass.
  ///
  /// - Parameter precision: Of queries, keys, values and result.
  public func attention(
    _ shape: AttentionShape, backward: Bool, precision: Precision = .bf16
  ) -> KernelTime {
    let curve = profile.attention
    guard shape.work.value > 0 else { return .zero }
    guard shape.windowedShare == 1 else {
      let (windowed, whole) = shape.kinds
      return attention(windowed, backward: backward, precision: precision) * shape.windowedShare
        + attention(whole, backward: backward, precision: precision) * (1 - shape.windowedShare)
    }
    let ideal = shape.work / peak(precision)
    let ramp =
      (1 + curve.sequenceRamp / shape.keys) * (1 + curve.widthRamp / shape.variable(.width))
      * (1 + curve.headRamp / shape.variable(.heads))
      * pow(lastWave(shape.blocks), curve.waveExponent)
    let cached = shape.keyValueBytes * (shape.fillsCache ? curve.cachePasses : 0)
    let traffic =
      (shape.traffic(element: precision.elementSize) + cached)
      / (device.memoryBandwidth.value * curve.bandwidthEfficiency)
    let core = ideal * (ramp / curve.efficiency) + traffic
    if backward {
      let backwardIdeal = ideal * AttentionShape.backwardWork
      let time = curve.launch + core * (AttentionShape.backwardWork * curve.backwardSlowdown)
      return KernelTime(time: max(time, backwardIdeal), ideal: backwardIdeal)
    }
    let correction = curve.correction?.factor(at: shape.variable) ?? 1
    return KernelTime(time: max((curve.launch + core) * correction, ideal), ideal: ideal)
  }

  /// Time of whole waves of blocks ÷ time if the last wave were full; 1 where nobody says how many
  /// units the device has.
  private func lastWave(_ blocks: Double) -> Double {
    guard let units = device.computeUnits?.value else { return 1 }
    return (blocks / units).rounded(.up) * units / blocks
  }

  /// Returns the time of a pass that only moves memory; `bytes` counts reads and writes.
  ///
  /// - Parameter name: What it does, for a profile that tells such passes apart.
  public func memoryPass(_ bytes: Bytes, _ name: String? = nil) -> KernelTime {
    guard bytes.value > 0 else { return .zero }
    let curve = profile.memory
    let pass =
      name.flatMap { curve.passes[$0] }
      ?? MemoryCurve.Pass(efficiency: curve.efficiency, launch: curve.launch)
    let time = pass.launch + bytes / (device.memoryBandwidth.value * pass.efficiency)
    return KernelTime(time: time, ideal: .zero)
  }
}
