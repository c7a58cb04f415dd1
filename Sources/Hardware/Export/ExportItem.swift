public import Units

/// A figure of a device that an export rule sets a limit for, in the unit that rules print.
public enum ExportFigure: String, CaseIterable, Sendable {
  /// TFLOPS or TOPS · bit length, the largest over all formats (TPP).
  case totalProcessingPerformance = "total_processing_performance"
  /// That for each mm² of die (PD).
  case performanceDensity = "performance_density"
  /// In bytes a second.
  case memoryBandwidth = "memory_bandwidth"
  /// All links to other devices, both directions together, in bytes a second.
  case linkBandwidth = "link_bandwidth"
  case memoryAndLinkBandwidth = "memory_and_link_bandwidth"
}

/// A device as export rules see it.
public struct ExportItem: Sendable {
  /// The name of the device's profile.
  public var device: String
  /// Two letters of the country whose rules its maker sells under; nil where nobody says.
  public var country: String?
  public var isForDataCenters: Bool
  /// What is known of it: a figure that is missing leaves a rule undecided.
  public var figures: [ExportFigure: Double]

  public init(
    device: String, country: String?, isForDataCenters: Bool = true,
    figures: [ExportFigure: Double]
  ) {
    self.device = device
    self.country = country
    self.isForDataCenters = isForDataCenters
    self.figures = figures
  }

  /// The figures of a device.
  ///
  /// - Parameter scaleUp: What one device sends to its neighbours, in one direction: its links, where its
  ///   profile does not say what they carry both ways.
  public init(_ device: Device, scaleUp: BytesPerSecond?) {
    let memory = device.memoryBandwidth.value
    let link = device.export?.linkBandwidth?.value ?? scaleUp.map { 2 * $0 }
    var figures: [ExportFigure: Double] = [.memoryBandwidth: memory.value]
    figures[.totalProcessingPerformance] = device.totalProcessingPerformance
    figures[.performanceDensity] = device.performanceDensity
    figures[.linkBandwidth] = link?.value
    figures[.memoryAndLinkBandwidth] = link.map { (memory + $0).value }
    self.init(
      device: device.id, country: device.country, isForDataCenters: device.isForDataCenters,
      figures: figures)
  }
}

extension Device {
  /// TFLOPS or TOPS · bit length, the largest over all formats, unless the profile states it.
  ///
  /// ```
  /// TPP = max over formats of peak / 10¹² · bits
  /// ```
  /// Peaks are dense. Source: 15 CFR part 774, ECCN 3A090, technical notes (a multiply-accumulate is
  /// two operations).
  public var totalProcessingPerformance: Double? {
    if let stated = export?.totalProcessingPerformance { return stated.value }
    let ofFormats = peaks.map { $1.value / FLOPsPerSecond.TFLOPS * 8 * ($0.elementSize / Bytes(1)) }
    let ofIntegers = integerPeak.map { $0.value / 1e12 * 8 }
    return (ofFormats + [ofIntegers].compactMap(\.self)).max()
  }

  /// Total processing performance for each mm² of die, unless the profile states it; nil where the
  /// area is not known.
  public var performanceDensity: Double? {
    if let stated = export?.performanceDensity { return stated.value }
    guard let performance = totalProcessingPerformance, let area = dieArea else { return nil }
    return performance / area.value
  }
}
