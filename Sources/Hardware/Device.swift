public import Units

/// One accelerator: what the silicon is, whatever software runs on it.
public struct Device: Sendable {
  /// The name of its profile, such as `nvidia-h100-sxm`.
  public var id: String
  public var name: String
  public var vendor: String
  /// The dense peak of each precision that the device has matrix units for.
  public var peaks: [Precision: Sourced<FLOPsPerSecond>]
  public var memoryCapacity: Sourced<Bytes>
  public var memoryBandwidth: Sourced<BytesPerSecond>
  /// Independent cores that share the work of one kernel (SM, CU, AI core), where known.
  public var computeUnits: Sourced<Double>?
  /// The power limit of the device alone.
  public var power: Sourced<Watts>?
  public var export: ExportFigures?
  /// For an anonymous device, the part that it probably is, and why.
  public var identity: String?

  public init(
    id: String, name: String, vendor: String,
    peaks: [Precision: Sourced<FLOPsPerSecond>],
    memoryCapacity: Sourced<Bytes>, memoryBandwidth: Sourced<BytesPerSecond>,
    computeUnits: Sourced<Double>? = nil, power: Sourced<Watts>? = nil,
    export: ExportFigures? = nil, identity: String? = nil
  ) {
    self.id = id
    self.name = name
    self.vendor = vendor
    self.peaks = peaks
    self.memoryCapacity = memoryCapacity
    self.memoryBandwidth = memoryBandwidth
    self.computeUnits = computeUnits
    self.power = power
    self.export = export
    self.identity = identity
  }

  /// The dense peak of a precision.
  ///
  /// A device without a matrix unit for FP16 or BF16 runs the one in the other's unit, and TF32
  /// falls back to FP32. FP8 and FP4 have no fallback: work asked for in them cannot run.
  public func peak(_ precision: Precision) -> FLOPsPerSecond? {
    if let peak = peaks[precision] { return peak.value }
    switch precision {
    case .fp16: return peaks[.bf16]?.value
    case .bf16: return peaks[.fp16]?.value
    case .tf32: return peaks[.fp32]?.value
    case .fp32, .fp8, .fp4: return nil
    }
  }
}

/// The figures that export rules speak of.
public struct ExportFigures: Sendable {
  /// Total processing performance: TFLOPS · bit length, the largest over all formats.
  public var totalProcessingPerformance: Sourced<Double>?
  /// Total processing performance per mm² of die.
  public var performanceDensity: Sourced<Double>?

  public init(
    totalProcessingPerformance: Sourced<Double>?, performanceDensity: Sourced<Double>?
  ) {
    self.totalProcessingPerformance = totalProcessingPerformance
    self.performanceDensity = performanceDensity
  }
}
