import Foundation
public import Hardware
import Units

extension KernelModel {
  /// Returns the time of one product of a linear layer, dense.
  ///
  /// - Parameters:
  ///   - m: Rows of the layer's input (tokens).
  ///   - n: Columns of its output.
  ///   - k: Columns of its input. `m`, `n`, `k` are those of the forward product whatever the
  ///     `pass`; the gradient products turn them round by themselves.
  ///   - blockScaled: In FP8, one scale for each block of 128 instead of one a tensor.
  public func matrix(
    m: Double, n: Double, k: Double, pass: MatrixPass, precision: Precision, blockScaled: Bool
  ) -> KernelTime {
    guard m > 0, n > 0, k > 0 else { return KernelTime(time: .zero, ideal: .zero) }
    let curve = matrixCurve(MatrixFormat(precision, blockScaled: blockScaled))
    let (rows, columns, inner) =
      switch pass {
      case .forward: (m, n, k)
      case .inputGradient: (m, k, n)
      case .weightGradient: (k, n, m)
      }
    let ideal = FLOPs(2 * m * n * k) / peak(precision)
    let tiles = (rows / 128).rounded(.up) * (columns / 128).rounded(.up)
    let waves = (tiles / computeUnits).rounded(.up) * computeUnits / tiles
    let compute =
      ideal.value / curve.efficiency * (1 + curve.kRamp / inner)
      * pow(waves, curve.waveExponent) * (1 + curve.edge / rows + curve.edge / columns)
    let outputSize = pass == .weightGradient ? 8.0 : 2.0
    let bytes =
      (rows * inner + inner * columns) * precision.elementSize.value + rows * columns * outputSize
    let traffic = bytes / (device.memoryBandwidth.value.value * curve.bandwidthEfficiency)
    let time = curve.launch.value + blended(compute, traffic, curve.blend)
    return KernelTime(time: Seconds(time), ideal: ideal)
  }

  /// The curve of a format; bf16 stands in for one that nobody measured.
  private func matrixCurve(_ format: MatrixFormat) -> MatrixCurve {
    guard let curve = profile.matrix[format] ?? profile.matrix[.bf16] else {
      preconditionFailure("kernel profile \(profile.id) has no bf16 matrix curve")
    }
    return curve
  }

  /// The larger of two times, with a soft corner: (aᵖ + bᵖ)^(1/p).
  func blended(_ a: Double, _ b: Double, _ power: Double) -> Double {
    let top = max(a, b)
    guard top > 0 else { return 0 }
    return top * pow(pow(a / top, power) + pow(b / top, power), 1 / power)
  }
}
