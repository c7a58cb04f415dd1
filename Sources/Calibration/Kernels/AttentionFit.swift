import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of fused attention's forward pass.
struct AttentionFit {
  let device: Device

  func fit(_ points: [FitPoint<AttentionShape>]) throws -> AttentionCurve {
    let fit = CurveFit<AttentionShape, AttentionCurve>(
      start: [.parameter(ofShare: 0.6), log(300), log(20), log(20), log(0.5), 0],
      curve: { parameters in
        AttentionCurve(
          efficiency: .share(parameters[0]), sequenceRamp: .positive(parameters[1]),
          widthRamp: .positive(parameters[2]), waveExponent: .share(parameters[5]),
          bandwidthEfficiency: .positive(parameters[4]),
          launch: Seconds(1e-6 * .positive(parameters[3])), backwardSlowdown: 1)
      },
      time: { curve, shape in
        KernelModel(device: device, profile: .bare(attention: curve))
          .attention(shape, backward: false).time.value
      },
      grids: [
        GridFit(axes: Self.axes, stiffness: [0, 0, 0], ridge: 1) { shape, variable in
          switch variable {
          case .sequence: shape.keys
          case .heads: shape.batch * shape.heads
          default: (shape.queryKeyWidth + shape.valueWidth) / 2
          }
        }
      ])
    let result = try fit.fit(points)
    var curve = result.curve
    curve.quality = result.quality
    curve.correction = result.grids.first
    return curve
  }

  private static let axes = [
    CorrectionGrid.Axis(.sequence, [1024, 2560, 6400, 16384]),
    CorrectionGrid.Axis(.heads, [1, 20, 400, 8192]),
    CorrectionGrid.Axis(.width, [64, 128, 256]),
  ]
}
