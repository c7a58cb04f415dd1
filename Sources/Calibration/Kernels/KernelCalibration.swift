import CSV
import CostModel
import Foundation
public import Hardware
import Numerics
public import Units

/// Measured kernel tables, and the curves that they make for a device.
public struct KernelCalibration: Sendable {
  private(set) var measurements: [KernelMeasurement] = []

  /// Reads kernel tables; each is known by its columns.
  ///
  /// - Throws: `CSVError` or `UnknownKernelTable`.
  public init(tables paths: [String]) throws {
    for path in paths {
      let table = try CSVTable(path: path)
      let kind = try KernelTable(header: table.columns, file: table.name)
      for row in table.rows {
        if case .measurement(let measurement) = try kind.read(row) {
          measurements.append(measurement)
        }
      }
    }
  }

  /// The training kernels of a device, with their times.
  func trainingRows(of device: String) -> [(KernelMeasurement.Training, Seconds)] {
    measurements.compactMap { measurement in
      guard measurement.device == device, case .training(let training) = measurement.work else {
        return nil
      }
      return (training, measurement.time)
    }
  }

  /// The devices that the tables speak of, in alphabetical order.
  public var devices: [String] { Set(measurements.map(\.device)).sorted() }

  /// Fits every curve of a device to training kernels alone.
  ///
  /// - Parameters:
  ///   - links: Another profile, whose collectives and exchange stand in; for a device that is a
  ///     fleet by itself, nil: it sends nothing.
  /// - Throws: `KernelCalibrationError` where the tables lack rows that a profile needs.
  public func trainingProfile(
    of device: Device, source: String, links: KernelProfile? = nil
  ) throws -> KernelProfile {
    let fit = TrainingTableFit(device: device, measurements: measurements)
    try fit.requireRows()
    let silent = links ?? .silent
    return KernelProfile(
      id: device.id, name: device.name, devices: [device.id], kind: .measured, source: source,
      matrix: try fit.matrix(), groupedMatrix: try fit.grouped(), attention: try fit.attention(),
      memory: try fit.memory(), collectives: silent.collectives, exchange: silent.exchange)
  }

  /// What the tables do not tell, and a profile needs.
  public struct Assumptions: Sendable {
    /// Of every collective between domains.
    public var scaleOutEfficiency = 0.9
    /// Devices that run the very same exchange kernels over like links, whose rows count too.
    public var twins: [String] = []
    /// Devices of the same architecture, for which the same libraries choose the same kernels: what
    /// their curves leave over shapes this device's correction grids too.
    public var relatives: [Device] = []
    /// What the network of the exchange tables did in large groups.
    public var tableNetwork: ExchangeCurve.TableNetwork?
    /// Largest number of ranks in one host of the tables.
    public var ranksPerDomain = 8
    /// Factors of the gradient passes, where the tables hold no training kernels of the device.
    public var passes = PassFactors()
    public var memory = MemoryCurve(efficiency: 0.8, launch: Seconds(4e-6))
    /// Stands in where the device's own exchange was not measured, scaled to the few rows there are.
    public var exchange: ExchangeCurve?
    /// Its curves stand in for whole families that the tables hold too few rows of.
    public var fallback: KernelProfile?

    public init() {}
  }

  /// Fits every curve of a device.
  ///
  /// Families that come from the fallback are named in the profile's source.
  ///
  /// - Parameter link: What a rank sends inside a domain; nil where no fabric lists the device: the
  ///   curves of what sends must then come from the fallback.
  /// - Throws: `KernelCalibrationError` where the tables lack a family that a profile needs, or speak
  ///   of other devices only.
  public func profile(
    of device: Device, link: BytesPerSecond?, interface: BytesPerSecond?, source: String,
    assuming assumptions: Assumptions = Assumptions()
  ) throws -> KernelProfile {
    let fit = DeviceFit(
      device: device, link: link, interface: interface, assumptions: assumptions,
      measurements: measurements)
    guard devices.contains(device.id) else {
      throw KernelCalibrationError(device: device.id, .missing("row of the device"))
    }
    var stand = StandIn(assumptions.fallback, device: device.id)
    let matrix = try stand.fitted(\.matrix, "matrix", fit.matrix)
    let fused = try naming("fused_experts", of: device.id) { try fit.fusedExperts(matrix) }
    var profile = KernelProfile(
      id: device.id, name: device.name, devices: [device.id], kind: .measured, source: source,
      matrix: matrix,
      groupedMatrix: try stand.fitted(\.groupedMatrix, "grouped_matrix") {
        try fit.grouped(fused, matrix)
      },
      attention: try stand.fitted(\.attention, "attention", fit.attention),
      memory: assumptions.fallback?.memory ?? assumptions.memory,
      collectives: try stand.fitted(\.collectives, "collectives", fit.collectives),
      exchange: try stand.fitted(\.exchange, "exchange", fit.exchange), fusedExperts: fused)
    profile.source += stand.words
    if let training = try fit.training(profile) {
      profile.training = training.factors
      profile.apply(training.passes)
      profile.levelGroupedProducts()
    }
    return profile
  }
}

extension KernelProfile {
  /// The factors of the gradient passes that the profile's 16-bit curves have.
  public var passFactors: PassFactors {
    var passes = PassFactors()
    passes.matrixInput = matrix[.bf16]?.inputGradientSlowdown ?? 1
    passes.matrixWeight = matrix[.bf16]?.weightGradientSlowdown ?? 1
    passes.groupedInput = groupedMatrix[.bf16]?.inputGradientSlowdown ?? 1
    passes.groupedWeight = groupedMatrix[.bf16]?.weightGradientSlowdown ?? 1
    passes.attentionBackward = attention.backwardSlowdown
    return passes
  }

  /// Makes training cost grouped products what it costs plain ones.
  ///
  /// The grouped curves come from fused layers, whose passes over memory cannot be told from their
  /// products for certain. Where grouped training kernels were measured, their rate decides: the
  /// curves' efficiency is moved so that one factor, that of plain products, leads from both to
  /// training. No grouped product is quicker than the largest plain one.
  mutating func levelGroupedProducts() {
    guard let factors = training else { return }
    for format in groupedMatrix.keys {
      guard let curve = groupedMatrix[format], let plain = matrix[format] ?? matrix[.bf16] else {
        continue
      }
      let level = curve.efficiency * factors.matrix / factors.groupedMatrix
      groupedMatrix[format]?.efficiency = min(level, plain.efficiency)
      if format == .bf16 {
        let moved = min(level, plain.efficiency) / curve.efficiency
        training?.groupedMatrix = factors.groupedMatrix * moved
      }
    }
  }

  /// Multiplies the factors of the gradient passes.
  mutating func apply(_ passes: PassFactors) {
    for format in matrix.keys {
      matrix[format]?.inputGradientSlowdown *= passes.matrixInput
      matrix[format]?.weightGradientSlowdown *= passes.matrixWeight
    }
    for format in groupedMatrix.keys {
      groupedMatrix[format]?.inputGradientSlowdown *= passes.groupedInput
      groupedMatrix[format]?.weightGradientSlowdown *= passes.groupedWeight
    }
    attention.backwardSlowdown = passes.attentionBackward
  }
}

extension KernelProfile {
  /// Collectives and exchange of a device that has nobody to talk to: links at their full rate.
  fileprivate static var silent: KernelProfile {
    let curve = CollectiveCurve(
      protocols: [.init(latency: .zero, latencyPerStep: .zero, efficiency: 1)], crowding: 0,
      scaleOutEfficiency: 1)
    return .bare(
      collectives: Dictionary(uniqueKeysWithValues: CollectiveKind.allCases.map { ($0, curve) }))
  }
}

/// A profile whose curves stand in for families that nobody measured, and which of them did.
private struct StandIn {
  private let profile: KernelProfile?
  private let device: String
  private var families: [String] = []

  init(_ profile: KernelProfile?, device: String) {
    self.profile = profile
    self.device = device
  }

  /// The fit, or the profile's curve where the tables hold too few rows for one.
  mutating func fitted<Curve>(
    _ curve: KeyPath<KernelProfile, Curve>, _ family: String, _ fit: () throws -> Curve
  ) throws -> Curve {
    do {
      return try naming(family, of: device, fit)
    } catch let error as KernelCalibrationError {
      guard let profile, error.isLack else { throw error }
      families.append(family)
      return profile[keyPath: curve]
    }
  }

  /// What the source says of it.
  var words: String {
    guard let profile, !families.isEmpty else { return "" }
    return "; \(families.joined(separator: ", ")) not measured, taken from \(profile.id)"
  }
}
