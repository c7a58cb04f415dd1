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
  /// Whole expert layers as libraries fuse them; only measured tables speak of them.
  public var fusedExperts: [FusedExpertsCurve]
  /// How much longer the same products took inside a training framework, where that was measured.
  public var training: TrainingFactors?
  /// Time of matrix products under a training run's lasting load ÷ their time in tables that let the
  /// device rest between kernels: at its power limit the clock falls, on some devices more than on
  /// others. 1 where nothing is known. What frameworks add to it is in their `SoftwareStack`.
  public var sustainedSlowdown: Double

  public init(
    id: String, name: String, devices: [String], kind: Provenance, source: String,
    matrix: [MatrixFormat: MatrixCurve], groupedMatrix: [MatrixFormat: GroupedMatrixCurve],
    attention: AttentionCurve, memory: MemoryCurve,
    collectives: [CollectiveKind: CollectiveCurve], exchange: ExchangeCurve,
    fusedExperts: [FusedExpertsCurve] = [], training: TrainingFactors? = nil,
    sustainedSlowdown: Double = 1
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
    self.fusedExperts = fusedExperts
    self.training = training
    self.sustainedSlowdown = sustainedSlowdown
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

  /// The precision whose peak the format's products are held against.
  public var precision: Precision { self == .bf16 ? .bf16 : .fp8 }
}

/// How far a fit is from the measurements it was made on and from those held back.
public struct FitQuality: Hashable, Sendable {
  /// Points that the fit used.
  public var points: Int
  /// Median and 90th percentile of |predicted ÷ measured − 1| on a fifth of the points, by a fit to
  /// the other four fifths.
  public var heldBackMedian: Double
  public var heldBackP90: Double

  public init(points: Int, heldBackMedian: Double, heldBackP90: Double) {
    self.points = points
    self.heldBackMedian = heldBackMedian
    self.heldBackP90 = heldBackP90
  }
}

/// Time of a kernel inside a training framework ÷ its time by the curve of inference libraries.
///
/// They say how far the tables are from training on the devices where both were measured. No
/// estimate multiplies by them: a framework's own factor is in its `SoftwareStack`.
public struct TrainingFactors: Hashable, Sendable {
  public var matrix: Double
  public var groupedMatrix: Double
  /// Added to a grouped product for each expert: frameworks launch them one by one.
  public var groupedPerExpert: Seconds
  public var attention: Double
  public var quality: FitQuality?

  public init(
    matrix: Double, groupedMatrix: Double, groupedPerExpert: Seconds = .zero, attention: Double,
    quality: FitQuality? = nil
  ) {
    self.matrix = matrix
    self.groupedMatrix = groupedMatrix
    self.groupedPerExpert = groupedPerExpert
    self.attention = attention
    self.quality = quality
  }
}
