import CostModel
import Foundation
import Hardware
import Numerics
import Units

/// Fits the curves of a device whose own training kernels were measured: plain and grouped
/// products with their gradients, attention forward and backward, and passes over memory.
///
/// Where such a table is there, nothing is carried over from inference libraries, and the curves are
/// those of training: no factor stands between.
struct TrainingTableFit {
  let device: Device
  let measurements: [KernelMeasurement]

  /// The points of a family that `work` picks out.
  private func points<Work>(
    _ work: (KernelMeasurement.Training) -> Work?
  ) -> [FitPoint<Work>] {
    measurements.compactMap { measurement in
      guard measurement.device == device.id, case .training(let training) = measurement.work,
        let work = work(training)
      else { return nil }
      return FitPoint(
        work: work, logTime: log(measurement.time.value), weight: 1,
        isHeldBack: measurement.isHeldBack, place: measurement.place)
    }
  }

  private func model(_ profile: KernelProfile) -> KernelModel {
    KernelModel(device: device, profile: profile)
  }

  /// Throws what any family lacks, all at once: each needs rows enough for a fit, and attention some of
  /// either direction.
  func requireRows() throws(KernelCalibrationError) {
    let families: [(name: String, rows: Int)] = [
      (Self.products(.bf16), products(.bf16).count),
      (Self.groupedProducts(.bf16), groupedProducts(.bf16).count),
      ("attention", attentions.count), ("passes over memory", passes.count),
    ]
    var lacks: [KernelCalibrationError.Cause] = families.filter { $0.rows < DeviceFit.fewest }
      .map { .tooFew($0.name, found: $0.rows, needed: DeviceFit.fewest) }
    for (backward, name) in [(false, "forward"), (true, "backward")]
    where !attentions.isEmpty && !attentions.contains(where: { $0.work.backward == backward }) {
      lacks.append(.missing("attention \(name)"))
    }
    guard lacks.isEmpty else {
      throw KernelCalibrationError(device: device.id, lacks, allowsFallback: false)
    }
  }

  /// Fits a family, or throws that no curve meets its rows.
  private func fitted<Work, Curve>(
    _ fit: CurveFit<Work, Curve>, _ points: [FitPoint<Work>], _ family: String
  ) throws -> CurveFit<Work, Curve>.Result {
    try naming(family, of: device.id) { try fit.fit(points) }
  }

  // MARK: Products

  private static func products(_ format: MatrixFormat) -> String {
    "\(format.words) products (gemm)"
  }

  private func products(_ format: MatrixFormat) -> [FitPoint<KernelMeasurement.Product>] {
    points { training in
      guard case .matrix(let product) = training, product.precision.format == format else {
        return nil
      }
      return product
    }
  }

  func matrix() throws -> [MatrixFormat: MatrixCurve] {
    var curves: [MatrixFormat: MatrixCurve] = [:]
    for format in MatrixFormat.allCases {
      let points = products(format)
      if format != .bf16, points.count < DeviceFit.fewest { continue }
      let result = try fitted(matrixFit(points, format), points, Self.products(format))
      var curve = result.curve
      curve.quality = result.quality
      curve.correction = result.grids.first
      curves[format] = curve
    }
    return curves
  }

  private func matrixFit(
    _ points: [FitPoint<KernelMeasurement.Product>], _ format: MatrixFormat
  ) -> CurveFit<KernelMeasurement.Product, MatrixCurve> {
    let plain = MatrixFit(device: device, format: format)
    let count = plain.start.count
    let place = { (product: KernelMeasurement.Product, variable: CorrectionGrid.Variable) in
      let sides = MatrixProduct(m: product.m, n: product.n, k: product.k, pass: product.pass)
      return sides.variable(variable)
    }
    return CurveFit(
      start: plain.start + [0, 0],
      curve: { parameters in
        var curve = plain.curve(parameters)
        curve.conversionBytes = 0
        curve.inputGradientSlowdown = .positive(parameters[count])
        curve.weightGradientSlowdown = .positive(parameters[count + 1])
        return curve
      },
      time: { curve, product in model(.bare(matrix: [format: curve])).time(product).value },
      grids: [
        GridFit(
          axes: [.rows, .columns, .inner].map { axis in
            .init(axis, spreadKnots(points.map { place($0.work, axis) }))
          }, stiffness: [0.3, 0.3, 0.3], ridge: 0.5, placement: place)
      ], outlierScale: 0.05)
  }

  private static func groupedProducts(_ format: MatrixFormat) -> String {
    "\(format.words) grouped products (grouped_gemm)"
  }

  private func groupedProducts(_ format: MatrixFormat) -> [FitPoint<KernelMeasurement.Grouped>] {
    points { training in
      guard case .grouped(let product) = training, product.precision.format == format else {
        return nil
      }
      return product
    }
  }

  func grouped() throws -> [MatrixFormat: GroupedMatrixCurve] {
    var curves: [MatrixFormat: GroupedMatrixCurve] = [:]
    for format in MatrixFormat.allCases {
      let points = groupedProducts(format)
      if format != .bf16, points.count < DeviceFit.fewest { continue }
      let result = try fitted(
        groupedFit(points, format), points, Self.groupedProducts(format))
      var curve = result.curve
      curve.quality = result.quality
      curve.correction = result.grids.first
      curves[format] = curve
    }
    return curves
  }

  private func groupedFit(
    _ points: [FitPoint<KernelMeasurement.Grouped>], _ format: MatrixFormat
  ) -> CurveFit<KernelMeasurement.Grouped, GroupedMatrixCurve> {
    let place = { (product: KernelMeasurement.Grouped, variable: CorrectionGrid.Variable) in
      switch variable {
      case .rowsPerExpert: product.m
      case .columns: product.n
      default: product.k
      }
    }
    return CurveFit(
      start: [.parameter(ofShare: 0.7), log(20), log(0.6), log(5), log(2), log(2), 0, 0],
      curve: { parameters in
        GroupedMatrixCurve(
          efficiency: .share(parameters[0]), kRamp: .positive(parameters[1]), rowTile: 1,
          bandwidthEfficiency: .positive(parameters[2]),
          launch: Seconds(1e-6 * .positive(parameters[3])),
          perExpert: Seconds(1e-6 * .positive(parameters[4])), blend: 1 + .positive(parameters[5]),
          inputGradientSlowdown: .positive(parameters[6]),
          weightGradientSlowdown: .positive(parameters[7]))
      },
      time: { curve, product in model(.bare(grouped: [format: curve])).time(product).value },
      grids: [
        GridFit(
          axes: [.rowsPerExpert, .columns, .inner].map { axis in
            .init(axis, spreadKnots(points.map { place($0.work, axis) }))
          }, stiffness: [0.3, 0.3, 0.3], ridge: 0.5, placement: place)
      ], outlierScale: 0.05)
  }

  // MARK: Attention

  private struct Attention {
    var shape: AttentionShape
    var backward: Bool
    var precision: Precision
  }

  private var attentions: [FitPoint<Attention>] {
    points { training in
      guard case .attention(let shape, let backward, let precision) = training else { return nil }
      return Attention(shape: shape, backward: backward, precision: precision)
    }
  }

  func attention() throws -> AttentionCurve {
    let plain = AttentionFit(device: device)
    let count = plain.start.count
    let fit = CurveFit<Attention, AttentionCurve>(
      start: plain.start + [log(1.2)],
      curve: { parameters in
        var curve = plain.curve(parameters)
        curve.cachePasses = 0
        curve.backwardSlowdown = .positive(parameters[count])
        return curve
      },
      time: { curve, work in
        model(.bare(attention: curve)).attention(
          work.shape, backward: work.backward, precision: work.precision
        ).time.value
      }, outlierScale: 0.05)
    let result = try fitted(fit, attentions, "attention")
    var curve = result.curve
    curve.quality = result.quality
    return curve
  }

  // MARK: Passes over memory

  private struct Pass {
    var name: String
    var bytes: Double
  }

  private var passes: [FitPoint<Pass>] {
    points { training in
      guard case .memory(let name, let bytes) = training else { return nil }
      return Pass(name: name, bytes: bytes.value)
    }
  }

  /// One curve for each pass with enough rows, and one for all others. Every pass is drawn towards
  /// the curve of all.
  func memory() throws -> MemoryCurve {
    let all = try pass(passes, [.positive(log(0.6)), 2e-6])
    var curve = MemoryCurve(efficiency: all.efficiency, launch: all.launch)
    for (name, points) in Dictionary(grouping: passes, by: \.work.name).sorted(by: {
      $0.key < $1.key
    }) where points.count >= Self.fewestOfPass {
      let fit = passFit([all.efficiency, max(1e-7, all.launch.value)])
      curve.passes[name] = try naming(name, of: device.id) { try fit.fit(points).curve }
    }
    return curve
  }

  private static let fewestOfPass = 5

  private func pass(_ points: [FitPoint<Pass>], _ start: [Double]) throws -> MemoryCurve.Pass {
    try fitted(passFit(start), points, "passes over memory").curve
  }

  private func passFit(_ start: [Double]) -> CurveFit<Pass, MemoryCurve.Pass> {
    CurveFit(
      start: start.map { log($0) },
      curve: { parameters in
        MemoryCurve.Pass(
          efficiency: .positive(parameters[0]), launch: Seconds(.positive(parameters[1])))
      },
      time: { curve, pass in
        var profile = KernelProfile.bare()
        profile.memory = MemoryCurve(efficiency: curve.efficiency, launch: curve.launch)
        return model(profile).memoryPass(Bytes(pass.bytes)).time.value
      }, outlierScale: 0.1)
  }
}

extension MatrixFormat {
  /// What the format is called where a table of FP32 rows has the curve of 16 bits.
  fileprivate var words: String { self == .bf16 ? "16- or 32-bit" : rawValue }
}

/// Four sizes from the least to the largest of some, evenly in their logarithm; two of which at
/// least differ.
private func spreadKnots(_ sizes: [Double]) -> [Double] {
  let least = sizes.min() ?? 1
  let largest = max(sizes.max() ?? 1, least * 2)
  return (0...3).map { (least * pow(largest / least, Double($0) / 3)).rounded() }
}
