public import Units

/// What kernels and collective libraries make of one device: curves fitted to measurements.
///
/// Every curve is dimensionless where it can be (a fraction of the device's peak or of the link's
/// rate), so that a curve may stand in, with its source said, for a device nobody has measured.
public struct KernelProfile: Sendable {
  public var id: String
  public var name: String
  /// Devices that the curves were fitted on, or are transferred to.
  public var devices: [String]
  /// Measured on these devices, or transferred from others for want of measurements.
  public var kind: Provenance
  public var source: String
  /// At least `bf16`, which stands in for a format that nobody measured.
  public var matrix: [MatrixFormat: MatrixCurve]
  public var groupedMatrix: [MatrixFormat: GroupedMatrixCurve]
  public var attention: AttentionCurve
  public var memory: MemoryCurve
  public var collectives: [CollectiveKind: CollectiveCurve]
  public var exchange: ExchangeCurve

  public init(
    id: String, name: String, devices: [String], kind: Provenance, source: String,
    matrix: [MatrixFormat: MatrixCurve], groupedMatrix: [MatrixFormat: GroupedMatrixCurve],
    attention: AttentionCurve, memory: MemoryCurve,
    collectives: [CollectiveKind: CollectiveCurve], exchange: ExchangeCurve
  ) {
    self.id = id
    self.name = name
    self.devices = devices
    self.kind = kind
    self.source = source
    self.matrix = matrix
    self.groupedMatrix = groupedMatrix
    self.attention = attention
    self.memory = memory
    self.collectives = collectives
    self.exchange = exchange
  }
}

/// A way to compute matrix products that has kernels, and so a curve, of its own.
public enum MatrixFormat: String, CaseIterable, Sendable {
  /// 16 bits; FP16 kernels are as quick, and TF32 and FP32 ones use the same share of their peak.
  case bf16
  /// FP8 with one scale a tensor.
  case fp8
  /// FP8 with a scale for each block of 128.
  case fp8Block = "fp8_block"

  public init(_ precision: Precision, blockScaled: Bool) {
    switch precision {
    case .fp32, .tf32, .fp16, .bf16: self = .bf16
    case .fp8, .fp4: self = blockScaled ? .fp8Block : .fp8
    }
  }
}

/// How far a fit is from the measurements it was made on and from those held back.
public struct FitQuality: Sendable {
  /// Points that the fit used.
  public var points: Int
  /// Median and 90th percentile of |predicted ÷ measured − 1| on the held-back fifth.
  public var heldBackMedian: Double
  public var heldBackP90: Double

  public init(points: Int, heldBackMedian: Double, heldBackP90: Double) {
    self.points = points
    self.heldBackMedian = heldBackMedian
    self.heldBackP90 = heldBackP90
  }
}

/// The time of one matrix product (m × k) · (k × n):
/// ```
/// compute = 2 m n k / (peak · efficiency) · (1 + kRamp / k) · wave^waveExponent
///           · (1 + edge / m + edge / n)
/// traffic = bytes / (bandwidth · bandwidthEfficiency)
/// time    = launch + (compute^blend + traffic^blend)^(1 / blend)
/// ```
/// where `wave` is the number of full waves of tiles over the tiles there are (at least 1).
public struct MatrixCurve: Sendable {
  /// Fraction of the peak that a large product reaches.
  public var efficiency: Double
  /// The inner dimension at which half the rate is lost to filling the pipeline.
  public var kRamp: Double
  /// The outer dimension at which half the rate is lost to partial tiles.
  public var edge: Double
  /// How much of the idle part of the last wave is really lost, from 0 to 1.
  public var waveExponent: Double
  public var bandwidthEfficiency: Double
  public var launch: Seconds
  /// Sharpness of the corner of the roofline; large is sharp.
  public var blend: Double
  public var quality: FitQuality?

  public init(
    efficiency: Double, kRamp: Double, edge: Double, waveExponent: Double,
    bandwidthEfficiency: Double, launch: Seconds, blend: Double, quality: FitQuality? = nil
  ) {
    self.efficiency = efficiency
    self.kRamp = kRamp
    self.edge = edge
    self.waveExponent = waveExponent
    self.bandwidthEfficiency = bandwidthEfficiency
    self.launch = launch
    self.blend = blend
    self.quality = quality
  }
}

/// The time of a grouped matrix product: one per local expert, each with its own number of rows.
///
/// As `MatrixCurve`, with the rows of each expert rounded up to `rowTile`, and the weights of every
/// expert with rows read once.
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
  public var quality: FitQuality?

  public init(
    efficiency: Double, kRamp: Double, rowTile: Double, bandwidthEfficiency: Double,
    launch: Seconds, perExpert: Seconds, blend: Double, quality: FitQuality? = nil
  ) {
    self.efficiency = efficiency
    self.kRamp = kRamp
    self.rowTile = rowTile
    self.bandwidthEfficiency = bandwidthEfficiency
    self.launch = launch
    self.perExpert = perExpert
    self.blend = blend
    self.quality = quality
  }
}

/// The time of fused causal attention.
/// ```
/// forward  = launch + work / (peak · efficiency) · (1 + sequenceRamp / seq) · (1 + headRamp / (batch · heads))
/// backward = launch + 2.5 · the same work · backwardSlowdown
/// ```
public struct AttentionCurve: Sendable {
  public var efficiency: Double
  /// The sequence length at which half the rate is lost.
  public var sequenceRamp: Double
  /// The number of (sequence, head) pairs at which half the rate is lost.
  public var headRamp: Double
  public var launch: Seconds
  /// Time per FLOP of the backward pass ÷ that of the forward pass.
  public var backwardSlowdown: Double
  public var quality: FitQuality?

  public init(
    efficiency: Double, sequenceRamp: Double, headRamp: Double, launch: Seconds,
    backwardSlowdown: Double, quality: FitQuality? = nil
  ) {
    self.efficiency = efficiency
    self.sequenceRamp = sequenceRamp
    self.headRamp = headRamp
    self.launch = launch
    self.backwardSlowdown = backwardSlowdown
    self.quality = quality
  }
}

/// The time of a pass that only moves memory: launch + bytes / (bandwidth · efficiency).
public struct MemoryCurve: Sendable {
  public var efficiency: Double
  public var launch: Seconds

  public init(efficiency: Double, launch: Seconds) {
    self.efficiency = efficiency
    self.launch = launch
  }
}

/// A kind of collective communication.
public enum CollectiveKind: String, CaseIterable, Sendable {
  case allReduce = "all_reduce"
  case allGather = "all_gather"
  case reduceScatter = "reduce_scatter"
  case allToAll = "all_to_all"
}

/// The time of a collective inside one domain: the quickest of the library's protocols.
/// ```
/// time = min over protocols (latency + latencyPerStep · (n − 1) + wireBytes / (bandwidth · efficiency))
/// ```
/// where `wireBytes` is what one rank sends.
public struct CollectiveCurve: Sendable {
  public struct CommunicationProtocol: Sendable {
    public var latency: Seconds
    public var latencyPerStep: Seconds
    /// Fraction of the link's rate.
    public var efficiency: Double

    public init(latency: Seconds, latencyPerStep: Seconds, efficiency: Double) {
      self.latency = latency
      self.latencyPerStep = latencyPerStep
      self.efficiency = efficiency
    }
  }

  public var protocols: [CommunicationProtocol]
  /// Fraction of the network interface's rate that the same collective gets between domains.
  public var scaleOutEfficiency: Double
  public var quality: FitQuality?

  public init(
    protocols: [CommunicationProtocol], scaleOutEfficiency: Double, quality: FitQuality? = nil
  ) {
    self.protocols = protocols
    self.scaleOutEfficiency = scaleOutEfficiency
    self.quality = quality
  }
}

/// The time of an expert exchange (dispatch or combine) by kernels that send tokens directly:
/// ```
/// time = launch + max(scaleUpBytes / (bandwidth · scaleUpEfficiency),
///                     scaleOutBytes / (interface · scaleOutEfficiency))
/// ```
public struct ExchangeCurve: Sendable {
  public var launch: Seconds
  public var scaleUpEfficiency: Double
  public var scaleOutEfficiency: Double
  public var quality: FitQuality?

  public init(
    launch: Seconds, scaleUpEfficiency: Double, scaleOutEfficiency: Double,
    quality: FitQuality? = nil
  ) {
    self.launch = launch
    self.scaleUpEfficiency = scaleUpEfficiency
    self.scaleOutEfficiency = scaleOutEfficiency
    self.quality = quality
  }
}
