import Foundation
public import Hardware
import Units

extension KernelModel {
  /// Returns the time of one grouped product: one matrix product per local expert.
  ///
  /// `n` and `k` are those of the forward product, as in `matrix(m:n:k:pass:precision:blockScaled:)`.
  public func groupedMatrix(
    rows: ExpertRows, n: Double, k: Double, pass: MatrixPass, precision: Precision,
    blockScaled: Bool
  ) -> KernelTime {
    guard rows.total > 0 else { return KernelTime(time: .zero, ideal: .zero) }
    let format = MatrixFormat(precision, blockScaled: blockScaled)
    guard let curve = profile.groupedMatrix[format] ?? profile.groupedMatrix[.bf16] else {
      preconditionFailure("kernel profile \(profile.id) has no bf16 grouped matrix curve")
    }
    let inner = pass == .inputGradient ? n : pass == .forward ? k : rows.total / rows.active
    let ideal = FLOPs(2 * rows.total * n * k) / peak(precision)
    let compute =
      2 * rows.padded(to: curve.rowTile) * n * k / peak(precision).value / curve.efficiency
      * (1 + curve.kRamp / inner)
    let weightSize = pass == .weightGradient ? 8.0 : precision.elementSize.value
    let bytes =
      rows.total * (n + k) * precision.elementSize.value + rows.active * n * k * weightSize
    let traffic = bytes / (device.memoryBandwidth.value.value * curve.bandwidthEfficiency)
    let time =
      curve.launch.value + rows.active * curve.perExpert.value
      + blended(compute, traffic, curve.blend)
    return KernelTime(time: Seconds(time), ideal: ideal)
  }
}
