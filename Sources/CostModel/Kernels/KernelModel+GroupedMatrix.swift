public import Hardware
public import Units

extension KernelModel {
  /// Returns the time of one grouped product, by the formula of `GroupedMatrixCurve`.
  ///
  /// `n` and `k` are those of the forward product, as in `matrix(m:n:k:pass:precision:blockScaled:)`.
  public func groupedMatrix(
    rows: ExpertRows, n: Double, k: Double, pass: MatrixPass, precision: Precision,
    blockScaled: Bool, gradientElement: Bytes = Bytes(4)
  ) -> KernelTime {
    guard rows.total > 0 else { return .zero }
    let format = MatrixFormat(precision, blockScaled: blockScaled)
    guard let curve = profile.groupedMatrix[format] ?? profile.groupedMatrix[.bf16] else {
      preconditionFailure("kernel profile \(profile.id) has no bf16 grouped matrix curve")
    }
    let ideal = FLOPs(2 * rows.total * n * k) / peak(precision)
    let core = groupedTime(
      rows, n: n, k: k, pass: pass, precision, curve, gradientElement: gradientElement)
    let slowdown = pass.slowdown(curve.inputGradientSlowdown, curve.weightGradientSlowdown)
    let correction = curve.correction?.factor { variable in
      switch variable {
      case .rowsPerExpert: rows.total / max(1, rows.active)
      case .columns: n
      case .inner: k
      default: preconditionFailure("a grouped product has no \(variable.rawValue)")
      }
    }
    let time = (curve.launch + core * slowdown) * (correction ?? 1)
    return KernelTime(time: max(time, ideal), ideal: ideal)
  }

  /// The time of a grouped product without its launch.
  func groupedTime(
    _ rows: ExpertRows, n: Double, k: Double, pass: MatrixPass, _ precision: Precision,
    _ curve: GroupedMatrixCurve, gradientElement: Bytes = Bytes(4)
  ) -> Seconds {
    let inner =
      switch pass {
      case .forward: k
      case .inputGradient: n
      case .weightGradient: rows.total / max(1, rows.active)
      }
    let compute =
      2 * rows.padded(to: curve.rowTile) * n * k / (peak(precision).value * curve.efficiency)
      * (1 + curve.kRamp / inner)
    let element = precision.elementSize.value
    let weightSize = pass == .weightGradient ? 2 * gradientElement.value : element
    let bytes = rows.total * (n + k) * element + rows.active * n * k * weightSize
    let traffic = bytes / (bandwidth * curve.bandwidthEfficiency)
    return curve.perExpert * rows.active + Seconds(blended(compute, traffic, curve.blend))
  }
}
