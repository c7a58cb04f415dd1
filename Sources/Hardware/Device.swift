public import Units

/// One accelerator: what the silicon is, whatever software runs on it.
public struct Device: Sendable {
  /// The name of its profile, such as `nvidia-h100-sxm`.
  public var id: String
  public var name: String
  public var vendor: String
  /// Two letters of the country whose export rules its maker sells under; nil where nobody says.
  public var country: String?
  /// Export rules spare some devices that are not.
  public var isForDataCenters: Bool
  /// The dense peak of each precision that the device has matrix units for.
  public var peaks: [Precision: Sourced<FLOPsPerSecond>]
  /// Integer operations a second, of eight bits and dense. Only export rules ask for it.
  public var integerPeak: Sourced<Double>?
  public var memoryCapacity: Sourced<Bytes>
  public var memoryBandwidth: Sourced<BytesPerSecond>
  /// Independent cores that share the work of one kernel (SM, CU, AI core), where known.
  public var computeUnits: Sourced<Double>?
  /// The power limit of the device alone.
  public var power: Sourced<Watts>?
  /// In mm², on a node that is not planar.
  public var dieArea: Sourced<Double>?
  public var export: ExportFigures?
  /// For an anonymous device, the part that it probably is, and why.
  public var identity: String?

  public init(
    id: String, name: String, vendor: String, country: String? = nil,
    isForDataCenters: Bool = true, peaks: [Precision: Sourced<FLOPsPerSecond>],
    integerPeak: Sourced<Double>? = nil, memoryCapacity: Sourced<Bytes>,
    memoryBandwidth: Sourced<BytesPerSecond>, computeUnits: Sourced<Double>? = nil,
    power: Sourced<Watts>? = nil, dieArea: Sourced<Double>? = nil,
    export: ExportFigures? = nil, identity: String? = nil
  ) {
    self.id = id
    self.name = name
    self.vendor = vendor
    self.country = country
    self.isForDataCenters = isForDataCenters
    self.peaks = peaks
    self.integerPeak = integerPeak
    self.memoryCapacity = memoryCapacity
    self.memoryBandwidth = memoryBandwidth
    self.computeUnits = computeUnits
    self.power = power
    self.dieArea = dieArea
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

/// What a profile states of the figures that export rules speak of; others follow from peaks and wiring.
public struct ExportFigures: Sendable {
  /// Total processing performance: TFLOPS · bit length, the largest over all formats.
  public var totalProcessingPerformance: Sourced<Double>?
  /// Total processing performance per mm² of die.
  public var performanceDensity: Sourced<Double>?
  /// All links to other devices, both directions together.
  public var linkBandwidth: Sourced<BytesPerSecond>?

  public init(
    totalProcessingPerformance: Sourced<Double>? = nil, performanceDensity: Sourced<Double>? = nil,
    linkBandwidth: Sourced<BytesPerSecond>? = nil
  ) {
    self.totalProcessingPerformance = totalProcessingPerformance
    self.performanceDensity = performanceDensity
    self.linkBandwidth = linkBandwidth
  }
}
