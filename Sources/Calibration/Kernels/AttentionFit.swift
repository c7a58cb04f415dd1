import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of fused attention's forward pass.
struct AttentionFit {
  let device: Device

  func fit(
    _ points: [FitPoint<AttentionShape>], relatives: Relatives<AttentionShape>
  ) throws -> AttentionCurve {
    var fit = curveFit
    fit.relatives = relatives.map { (AttentionFit(device: $0).curveFit, $1) }
    let result = try fit.fit(points)
    var curve = result.curve
    curve.quality = result.quality
    curve.correction = result.grids.first
    return curve
  }

  /// The parameters from which a search starts, in the order of `curve`.
  var start: [Double] {
    [.parameter(ofShare: 0.6), log(300), log(20), log(20), 0, 0, log(1), log(1)]
  }

  /// The curve of the forward pass that parameters stand for.
  func curve(_ parameters: [Double]) -> AttentionCurve {
    AttentionCurve(
      efficiency: .share(parameters[0]), sequenceRamp: .positive(parameters[1]),
      widthRamp: .positive(parameters[2]), headRamp: .positive(parameters[6]),
      waveExponent: .share(parameters[5]),
      bandwidthEfficiency: .share(parameters[4]),
      launch: Seconds(1e-6 * .positive(parameters[3])), backwardSlowdown: 1,
      cachePasses: .positive(parameters[7]))
  }

  private var curveFit: CurveFit<AttentionShape, AttentionCurve> {
    CurveFit(
      start: start, curve: curve,
      time: { curve, shape in
        KernelModel(device: device, profile: .bare(attention: curve))
          .attention(shape, backward: false).time.value
      },
      grids: [
        GridFit(axes: Self.axes, stiffness: [0, 0, 0], ridge: 0.4) { shape, variable in
          switch variable {
          case .sequence: shape.keys
          case .heads: shape.batch * shape.heads
          default: (shape.queryKeyWidth + shape.valueWidth) / 2
          }
        }
      ])
  }

  private static let axes = [
    CorrectionGrid.Axis(.sequence, [1024, 2560, 6400, 16384]),
    CorrectionGrid.Axis(.heads, [1, 10, 100, 1000, 8192]),
    CorrectionGrid.Axis(.width, [64, 128, 192, 256]),
  ]
}
