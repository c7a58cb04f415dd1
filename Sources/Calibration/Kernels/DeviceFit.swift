import CostModel
import Foundation
import Hardware
import Numerics
import Units

/// Devices of the same architecture, each with its points of one family.
typealias Relatives<Work> = [(Device, [FitPoint<Work>])]

/// The fits of one device, family by family.
struct DeviceFit {
  let device: Device
  let link: BytesPerSecond?
  let interface: BytesPerSecond?
  let assumptions: KernelCalibration.Assumptions
  let measurements: [KernelMeasurement]

  /// The points of a family on the device, or on several, that `work` picks out.
  func points<Work>(
    on devices: [String]? = nil, _ work: (KernelMeasurement.Work) -> Work?
  ) -> [FitPoint<Work>] {
    let devices = devices ?? [device.id]
    return measurements.compactMap { measurement in
      guard devices.contains(measurement.device), let work = work(measurement.work) else {
        return nil
      }
      return FitPoint(
        work: work, logTime: log(measurement.time.value), weight: 1,
        isHeldBack: measurement.isHeldBack, place: measurement.place)
    }
  }

  /// The points of a family on each relative.
  func relatives<Work>(_ work: (KernelMeasurement.Work) -> Work?) -> Relatives<Work> {
    assumptions.relatives.map { ($0, points(on: [$0.id], work)) }
      .filter { $0.1.count >= Self.fewest }
  }

  /// Fewer points than this decide no curve.
  static let fewest = 20

  /// The rate of the device's links, for what sends over them.
  func requireLink(_ family: String) throws -> BytesPerSecond {
    guard let link else {
      throw KernelCalibrationError(
        device: device.id, .missing("\(family) that can be used: no fabric lists the device"))
    }
    return link
  }

  func require<Work>(_ points: [FitPoint<Work>], _ family: String) throws -> [FitPoint<Work>] {
    guard points.count >= Self.fewest else {
      throw KernelCalibrationError(
        device: device.id, .tooFew(family, found: points.count, needed: Self.fewest))
    }
    return points
  }

  func matrix() throws -> [MatrixFormat: MatrixCurve] {
    var curves: [MatrixFormat: MatrixCurve] = [:]
    for format in MatrixFormat.allCases {
      let product = { (work: KernelMeasurement.Work) -> MatrixFit.Product? in
        guard case .matrix(format, let m, let n, let k) = work else { return nil }
        return .init(m: m, n: n, k: k)
      }
      let points = points(product)
      if format != .bf16, points.count < Self.fewest { continue }
      let required = try require(points, "\(format.rawValue) matrix products")
      var curve = try MatrixFit(device: device, format: format)
        .fit(required, relatives: relatives(product))
      curve.inputGradientSlowdown = assumptions.passes.matrixInput
      curve.weightGradientSlowdown = assumptions.passes.matrixWeight
      curves[format] = curve
    }
    return curves
  }

  func attention() throws -> AttentionCurve {
    let shape = { (work: KernelMeasurement.Work) -> AttentionShape? in
      if case .attention(let shape) = work { shape } else { nil }
    }
    var curve = try AttentionFit(device: device).fit(
      try require(points(shape), "attention"), relatives: relatives(shape))
    curve.backwardSlowdown = assumptions.passes.attentionBackward
    return curve
  }

  /// Gathers and scatters move the same bytes the same way: their points are fitted together.
  func collectives() throws -> [CollectiveKind: CollectiveCurve] {
    let link = try requireLink("collectives")
    var curves: [CollectiveKind: CollectiveCurve] = [:]
    for kind in CollectiveKind.allCases {
      let alike: [CollectiveKind] =
        [.allGather, .reduceScatter].contains(kind) ? [.allGather, .reduceScatter] : [kind]
      let points = points { work -> CollectiveFit.Call? in
        guard case .collective(let found, let ranks, let payload) = work, alike.contains(found)
        else { return nil }
        return .init(ranks: ranks, payload: payload.value)
      }
      curves[kind] = try CollectiveFit(device: device, kind: kind, link: link).fit(
        try require(points, "\(kind.rawValue) collectives"),
        scaleOutEfficiency: assumptions.scaleOutEfficiency)
    }
    return curves
  }
}
