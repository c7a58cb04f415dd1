import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of dense matrix products of one format.
struct MatrixFit {
  struct Product {
    var m: Double
    var n: Double
    var k: Double
  }

  let device: Device
  let format: MatrixFormat

  func fit(_ points: [FitPoint<Product>], relatives: Relatives<Product>) throws -> MatrixCurve {
    var fit = curveFit
    fit.relatives = relatives.map { device, points in
      (MatrixFit(device: device, format: format).curveFit, points)
    }
    let result = try fit.fit(points)
    var curve = result.curve
    curve.quality = result.quality
    curve.correction = result.grids.first
    return curve
  }

  private var isQuantised: Bool { format != .bf16 }

  /// The parameters from which a search starts, in the order of `curve`.
  var start: [Double] {
    [
      .parameter(ofShare: 0.75), log(100), log(5), log(isQuantised ? 12 : 3), log(0.8),
      log(isQuantised ? 4 : 1e-3), log(3), log(3), log(1),
    ]
  }

  /// The curve of forward products that parameters stand for.
  func curve(_ parameters: [Double]) -> MatrixCurve {
    MatrixCurve(
      efficiency: .share(parameters[0]), kRamp: .positive(parameters[1]),
      tileOverhead: .positive(parameters[2]),
      splitCost: Seconds(1e-6 * .positive(parameters[7])),
      bandwidthEfficiency: .positive(parameters[4]),
      cache: Bytes(1e6 * .positive(parameters[8])),
      launch: Seconds(1e-6 * .positive(parameters[3])), blend: 1 + .positive(parameters[6]),
      conversionBytes: isQuantised ? .positive(parameters[5]) : 0)
  }

  private var curveFit: CurveFit<Product, MatrixCurve> {
    CurveFit(
      start: start, curve: curve,
      time: { curve, product in
        model(curve).matrix(
          m: product.m, n: product.n, k: product.k, pass: .forward, precision: format.precision,
          blockScaled: format == .fp8Block, convertsInput: true
        ).time.value
      },
      grids: [
        GridFit(axes: Self.axes, stiffness: [0, 0, 0], ridge: 2) { product, variable in
          switch variable {
          case .rows: product.m
          case .columns: product.n
          default: product.k
          }
        }
      ])
  }

  private static let axes = [
    CorrectionGrid.Axis(.rows, [128, 800, 5000, 32768]),
    CorrectionGrid.Axis(.columns, [256, 1600, 10_000, 65536]),
    CorrectionGrid.Axis(.inner, [256, 1600, 10_000, 65536]),
  ]

  private func model(_ curve: MatrixCurve) -> KernelModel {
    KernelModel(device: device, profile: .bare(matrix: [format: curve]))
  }
}

extension KernelProfile {
  /// A profile that holds only the curve that is being fitted; the others are never asked.
  static func bare(
    matrix: [MatrixFormat: MatrixCurve] = [:], grouped: [MatrixFormat: GroupedMatrixCurve] = [:],
    attention: AttentionCurve? = nil,
    collectives: [CollectiveKind: CollectiveCurve] = [:], exchange: ExchangeCurve? = nil
  ) -> KernelProfile {
    let phase = ExchangePhaseCurve(launch: .zero, scaleUpEfficiency: 1, scaleOutEfficiency: 1)
    return KernelProfile(
      id: "", name: "", devices: [], kind: .measured, source: "", matrix: matrix,
      groupedMatrix: grouped,
      attention: attention
        ?? AttentionCurve(
          efficiency: 1, sequenceRamp: 0, bandwidthEfficiency: 1, launch: .zero,
          backwardSlowdown: 1),
      memory: MemoryCurve(efficiency: 1, launch: .zero), collectives: collectives,
      exchange: exchange ?? ExchangeCurve(dispatch: phase, combine: phase))
  }
}
