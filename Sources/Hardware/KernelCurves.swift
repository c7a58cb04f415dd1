public import Units

/// The time of one matrix product (m × k) · (k × n).
///
/// A library picks the tile (tm × tn) and the number of splits s of the inner dimension that are
/// quickest; each compute unit works on one tile at a time:
/// ```
/// waves   = ⌈⌈m / tm⌉ · ⌈n / tn⌉ · s / units⌉
/// tile    = 2 tm tn (k / s + kRamp) / (peak / units · efficiency) · overhead(tm, tn)
/// sums    = splitCost + s m n · 4 bytes / bandwidth          where s > 1
/// compute = min over tiles and splits (waves · tile + sums)
/// bytes   = (m k + k n) · element + m n · output element
/// traffic = bytes / (bandwidth · bandwidthEfficiency) · bytes / (bytes + cache)
/// time    = launch + conversion + (compute^blend + traffic^blend)^(1 / blend)
/// ```
/// `overhead` is 1 + tileOverhead (1 / tm + 1 / tn), scaled to 1 for tiles of 256 × 256, so that
/// `efficiency` is the share of the peak that a large product reaches. `conversion` is what FP8
/// pays to quantise its input, where the kernel does that itself: `conversionBytes` a value, at the
/// full bandwidth. For a device whose
/// number of units is not known, compute is work / (peak · efficiency) · (1 + kRamp / k).
public struct MatrixCurve: Sendable {
  /// Fraction of the peak that a large product reaches with the largest tile.
  public var efficiency: Double
  /// Inner dimension whose time a tile spends on filling its pipeline and writing its result.
  public var kRamp: Double
  /// Tile edge at which half the rate would be lost to loading operands.
  public var tileOverhead: Double
  /// What a product whose inner dimension is split pays to start.
  public var splitCost: Seconds
  public var bandwidthEfficiency: Double
  /// Data that the cache keeps from one run to the next.
  public var cache: Bytes
  public var launch: Seconds
  /// Sharpness of the corner of the roofline; large is sharp.
  public var blend: Double
  /// Bytes moved to quantise one value of the input.
  public var conversionBytes: Double
  /// Time of the product that makes the input's gradient ÷ that of a forward product of its shape.
  public var inputGradientSlowdown: Double
  /// Time of the product that makes the weights' gradient ÷ that of a forward product of its shape.
  public var weightGradientSlowdown: Double
  public var quality: FitQuality?
  public var correction: CorrectionGrid?

  public init(
    efficiency: Double, kRamp: Double, tileOverhead: Double, splitCost: Seconds,
    bandwidthEfficiency: Double, cache: Bytes = .zero, launch: Seconds, blend: Double,
    conversionBytes: Double = 0, inputGradientSlowdown: Double = 1,
    weightGradientSlowdown: Double = 1, quality: FitQuality? = nil,
    correction: CorrectionGrid? = nil
  ) {
    self.efficiency = efficiency
    self.kRamp = kRamp
    self.tileOverhead = tileOverhead
    self.splitCost = splitCost
    self.bandwidthEfficiency = bandwidthEfficiency
    self.cache = cache
    self.launch = launch
    self.blend = blend
    self.conversionBytes = conversionBytes
    self.inputGradientSlowdown = inputGradientSlowdown
    self.weightGradientSlowdown = weightGradientSlowdown
    self.quality = quality
    self.correction = correction
  }
}

/// The time of a grouped matrix product: one per local expert, each with its own number of rows.
/// ```
/// compute = 2 · padded rows · n k / (peak · efficiency) · (1 + kRamp / k)
/// traffic = (rows (n + k) + active experts · n k) · element / (bandwidth · bandwidthEfficiency)
/// time    = launch + active experts · perExpert + (compute^blend + traffic^blend)^(1 / blend)
/// ```
/// Padded rows: those of each expert rounded up to `rowTile`. Each expert with rows reads its
/// weights once.
public struct GroupedMatrixCurve: Sendable {
  public var efficiency: Double
  public var kRamp: Double
  /// Rows in one tile.
  public var rowTile: Double
  public var bandwidthEfficiency: Double
  public var launch: Seconds
  /// Added for each expert that has rows.
  public var perExpert: Seconds
  public var blend: Double
  /// As in `MatrixCurve`.
  public var inputGradientSlowdown: Double
  public var weightGradientSlowdown: Double
  public var quality: FitQuality?
  public var correction: CorrectionGrid?

  public init(
    efficiency: Double, kRamp: Double, rowTile: Double, bandwidthEfficiency: Double,
    launch: Seconds, perExpert: Seconds, blend: Double, inputGradientSlowdown: Double = 1,
    weightGradientSlowdown: Double = 1, quality: FitQuality? = nil,
    correction: CorrectionGrid? = nil
  ) {
    self.efficiency = efficiency
    self.kRamp = kRamp
    self.rowTile = rowTile
    self.bandwidthEfficiency = bandwidthEfficiency
    self.launch = launch
    self.perExpert = perExpert
    self.blend = blend
    self.inputGradientSlowdown = inputGradientSlowdown
    self.weightGradientSlowdown = weightGradientSlowdown
    self.quality = quality
    self.correction = correction
  }
}

/// The time of one rank's expert layer as a library fuses it: permutation, two grouped products
/// with the activation between them, and the sum over each token's experts.
/// ```
/// passes = (tokenPasses · tokens · hidden + rowPasses · rows · hidden
///           + innerPasses · rows · slice width) · 2 bytes / bandwidth
/// time   = launch + first product + second product + passes
/// ```
/// The products are those of `product`, without a launch of their own.
public struct FusedExpertsCurve: Sendable {
  /// The library's name for the kernel, as the tables have it.
  public var kernel: String
  public var format: MatrixFormat
  /// Whether the first product has a gate's columns too.
  public var gated: Bool
  public var product: GroupedMatrixCurve
  public var tokenPasses: Double
  public var rowPasses: Double
  public var innerPasses: Double
  public var quality: FitQuality?
  /// Multiplied together.
  public var corrections: [CorrectionGrid]

  public init(
    kernel: String, format: MatrixFormat, gated: Bool, product: GroupedMatrixCurve,
    tokenPasses: Double, rowPasses: Double, innerPasses: Double, quality: FitQuality? = nil,
    corrections: [CorrectionGrid] = []
  ) {
    self.kernel = kernel
    self.format = format
    self.gated = gated
    self.product = product
    self.tokenPasses = tokenPasses
    self.rowPasses = rowPasses
    self.innerPasses = innerPasses
    self.quality = quality
    self.corrections = corrections
  }
}

/// The time of fused attention.
/// ```
/// blocks   = batch · heads · ⌈queries / 128⌉
/// wave     = ⌈blocks / units⌉ · units / blocks
/// compute  = work / (peak · efficiency) · (1 + sequenceRamp / keys) · (1 + widthRamp / width)
///            · (1 + headRamp / (batch · heads)) · wave^waveExponent
/// traffic  = bytes of queries, keys, values and result / (bandwidth · bandwidthEfficiency)
/// forward  = launch + compute + traffic
/// backward = launch + backwardSlowdown · 2.5 · (compute + traffic)
/// ```
/// `width` is the mean of a head's query and value widths. Inference libraries also copy keys and
/// values into their cache: `cachePasses` times their bytes join the traffic where a table says so.
public struct AttentionCurve: Sendable {
  public var efficiency: Double
  /// The number of keys at which half the rate is lost.
  public var sequenceRamp: Double
  /// The width of a head at which half the rate is lost.
  public var widthRamp: Double
  /// The number of (sequence, head) pairs at which half the rate is lost.
  public var headRamp: Double
  /// How much of the idle part of the last wave is really lost, from 0 to 1.
  public var waveExponent: Double
  public var bandwidthEfficiency: Double
  public var launch: Seconds
  /// Time per FLOP of the backward pass ÷ that of the forward pass.
  public var backwardSlowdown: Double
  public var cachePasses: Double
  public var quality: FitQuality?
  public var correction: CorrectionGrid?

  public init(
    efficiency: Double, sequenceRamp: Double, widthRamp: Double = 0, headRamp: Double = 0,
    waveExponent: Double = 0, bandwidthEfficiency: Double, launch: Seconds,
    backwardSlowdown: Double, cachePasses: Double = 0, quality: FitQuality? = nil,
    correction: CorrectionGrid? = nil
  ) {
    self.efficiency = efficiency
    self.sequenceRamp = sequenceRamp
    self.widthRamp = widthRamp
    self.headRamp = headRamp
    self.waveExponent = waveExponent
    self.bandwidthEfficiency = bandwidthEfficiency
    self.launch = launch
    self.backwardSlowdown = backwardSlowdown
    self.cachePasses = cachePasses
    self.quality = quality
    self.correction = correction
  }
}

/// The time of a pass that only moves memory: launch + bytes / (bandwidth · efficiency).
public struct MemoryCurve: Sendable {
  public var efficiency: Double
  public var launch: Seconds
  /// Passes that were measured by themselves, by name (`permute`, `permute_backward`, `optimizer`).
  /// Their efficiency may be above 1 where caches hold what they read.
  public var passes: [String: Pass]

  public struct Pass: Hashable, Sendable {
    public var efficiency: Double
    public var launch: Seconds

    public init(efficiency: Double, launch: Seconds) {
      self.efficiency = efficiency
      self.launch = launch
    }
  }

  public init(efficiency: Double, launch: Seconds, passes: [String: Pass] = [:]) {
    self.efficiency = efficiency
    self.launch = launch
    self.passes = passes
  }
}
