import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of one library's fused expert layer in one format.
struct FusedExpertsFit {
  let device: Device
  let kernel: String
  let format: MatrixFormat
  let gated: Bool
  /// The share of the peak that one large product reaches: many small ones reach no more.
  let bestEfficiency: Double
  static let rowTile = 128.0

  func fit(
    _ points: [FitPoint<FusedExpertsShape>], relatives: Relatives<FusedExpertsShape>
  ) throws -> FusedExpertsCurve {
    var fit = curveFit(on: device)
    fit.relatives = relatives.map { (curveFit(on: $0), $1) }
    let result = try fit.fit(points)
    var curve = result.curve
    curve.quality = result.quality
    curve.corrections = result.grids
    return curve
  }

  private func curveFit(on device: Device) -> CurveFit<FusedExpertsShape, FusedExpertsCurve> {
    let model = KernelModel(device: device, profile: .bare())
    return CurveFit(
      start: [
        .parameter(ofShare: 0.9), log(100), log(30), log(0.1), .parameter(ofShare: 0.8), log(1),
        log(1), log(2), log(2),
      ],
      curve: curve, time: { model.fusedExperts($1, $0).time.value }, grids: Self.grids,
      priorWeight: 0.15)
  }

  private func curve(_ parameters: [Double]) -> FusedExpertsCurve {
    FusedExpertsCurve(
      kernel: kernel, format: format, gated: gated,
      product: GroupedMatrixCurve(
        efficiency: bestEfficiency * .share(parameters[0]), kRamp: .positive(parameters[1]),
        rowTile: Self.rowTile,
        bandwidthEfficiency: .share(parameters[4]),
        launch: Seconds(1e-6 * .positive(parameters[2])),
        perExpert: Seconds(1e-6 * .positive(parameters[3])), blend: 1 + .positive(parameters[5])),
      tokenPasses: .positive(parameters[6]), rowPasses: .positive(parameters[7]),
      innerPasses: .positive(parameters[8]))
  }

  private static var grids: [GridFit<FusedExpertsShape>] {
    [
      GridFit(
        axes: [
          .init(.sliceWidth, [32, 128, 512, 2048, 16384]), .init(.localExperts, [1, 8, 64, 512]),
          .init(.rowsPerExpert, [1, 16, 256, 8192]),
        ], stiffness: [0.16, 0.16, 0.16], ridge: 0.09, placement: place),
      GridFit(
        axes: [
          .init(.hidden, [2048, 3072, 4096, 5120, 6144, 7168]),
          .init(.experts, [8, 16, 128, 160, 256, 384, 512]),
        ], stiffness: [0.04, 0.04], ridge: 0.16, placement: place),
    ]
  }

  private static func place(
    _ shape: FusedExpertsShape, _ variable: CorrectionGrid.Variable
  ) -> Double {
    switch variable {
    case .sliceWidth: shape.sliceWidth
    case .localExperts: shape.localExperts
    case .hidden: shape.hidden
    case .experts: shape.experts
    default: shape.rows.total / max(1, shape.rows.active)
    }
  }
}
