import Foundation
public import Hardware
public import Units

extension KernelModel {
  /// Returns the time of one product of a linear layer, dense, by the formula of `MatrixCurve`.
  ///
  /// The gradient products read 16-bit or FP8 operands; that of the weights adds to the gradient
  /// buffer, which it reads and writes.
  ///
  /// - Parameters:
  ///   - m: Rows of the layer's input (tokens).
  ///   - n: Columns of its output.
  ///   - k: Columns of its input. `m`, `n`, `k` are those of the forward product whatever the
  ///     `pass`; the gradient products turn them round by themselves.
  ///   - blockScaled: In FP8, one scale for each block of 128 instead of one a tensor.
  ///   - convertsInput: Whether the time of quantising the input belongs to the kernel, as in the
  ///     tables of inference libraries. A lowering counts its casts as operations of their own.
  ///   - gradientElement: An element of the buffer that gathers the weights' gradient.
  public func matrix(
    m: Double, n: Double, k: Double, pass: MatrixPass, precision: Precision, blockScaled: Bool,
    convertsInput: Bool = false, gradientElement: Bytes = Bytes(4)
  ) -> KernelTime {
    guard m > 0, n > 0, k > 0 else { return .zero }
    let curve = matrixCurve(MatrixFormat(precision, blockScaled: blockScaled))
    let product = MatrixProduct(m: m, n: n, k: k, pass: pass)
    let ideal = FLOPs(product.work) / peak(precision)
    let bytes = product.bytes(
      element: precision.elementSize.value, gradientElement: gradientElement.value)
    let traffic = bytes * (bytes / (bytes + curve.cache.value))
    let core = blended(
      tiledTime(product, curve, rate: peak(precision).value * curve.efficiency),
      traffic / (bandwidth * curve.bandwidthEfficiency), curve.blend)
    let converted = convertsInput ? product.rows * product.inner : 0
    let conversion = curve.conversionBytes * converted / bandwidth
    let slowdown = pass.slowdown(curve.inputGradientSlowdown, curve.weightGradientSlowdown)
    let correction = curve.correction?.factor(at: product.variable) ?? 1
    let time = (curve.launch.value + conversion + core * slowdown) * correction
    return KernelTime(time: max(Seconds(time), ideal), ideal: ideal)
  }

  /// The curve of a format; bf16 stands in for one that nobody measured.
  private func matrixCurve(_ format: MatrixFormat) -> MatrixCurve {
    guard let curve = profile.matrix[format] ?? profile.matrix[.bf16] else {
      preconditionFailure("kernel profile \(profile.id) has no bf16 matrix curve")
    }
    return curve
  }

  /// The time of the quickest tiling: waves of tiles over the compute units.
  ///
  /// Where nobody says how many units the device has, nothing is rounded up to whole tiles.
  private func tiledTime(_ product: MatrixProduct, _ curve: MatrixCurve, rate: Double) -> Double {
    guard let computeUnits = device.computeUnits?.value else {
      return product.work / rate * (1 + curve.kRamp / product.inner)
    }
    let unitRate = rate / computeUnits
    let largest = 1 + curve.tileOverhead / 128
    var best = Double.infinity
    for (tm, tn) in Self.tiles {
      let overhead = (1 + curve.tileOverhead * (1 / tm + 1 / tn)) / largest
      let tiles = (product.rows / tm).rounded(.up) * (product.columns / tn).rounded(.up)
      for splits in Self.splits {
        let waves = (tiles * splits / computeUnits).rounded(.up)
        let tile = 2 * tm * tn * (product.inner / splits + curve.kRamp) / unitRate * overhead
        let sums =
          splits > 1
          ? curve.splitCost.value + splits * product.rows * product.columns * 4 / bandwidth : 0
        best = min(best, waves * tile + sums)
      }
    }
    return best
  }

  /// Tile shapes that kernel libraries have in common.
  private static let tiles: [(Double, Double)] = [
    (64, 64), (64, 128), (128, 64), (128, 128), (128, 256), (256, 128), (256, 256),
  ]
  private static let splits: [Double] = [1, 2, 4, 8]

  /// The memory bandwidth in bytes a second.
  var bandwidth: Double { device.memoryBandwidth.value.value }

  /// The larger of two times, with a soft corner: (aᵖ + bᵖ)^(1/p).
  func blended(_ a: Double, _ b: Double, _ power: Double) -> Double {
    let top = max(a, b)
    guard top > 0 else { return 0 }
    return top * pow(pow(a / top, power) + pow(b / top, power), 1 / power)
  }
}

extension MatrixPass {
  /// The factor of a pass, given those of the two gradient products.
  func slowdown(_ inputGradient: Double, _ weightGradient: Double) -> Double {
    switch self {
    case .forward: 1
    case .inputGradient: inputGradient
    case .weightGradient: weightGradient
    }
  }
}

/// One of the three products of a linear layer, turned into rows × columns over an inner dimension.
public struct MatrixProduct: Sendable {
  public let rows: Double
  public let columns: Double
  public let inner: Double
  let pass: MatrixPass

  public init(m: Double, n: Double, k: Double, pass: MatrixPass) {
    self.pass = pass
    (rows, columns, inner) =
      switch pass {
      case .forward: (m, n, k)
      case .inputGradient: (m, k, n)
      case .weightGradient: (k, n, m)
      }
  }

  var work: Double { 2 * rows * columns * inner }

  /// Operands read once and the result written in 16 bits; a gradient buffer is read and written.
  func bytes(element: Double, gradientElement: Double) -> Double {
    let result = pass == .weightGradient ? 2 * gradientElement : max(2, element)
    return (rows * inner + inner * columns) * element + rows * columns * result
  }

  /// The side that a correction grid asks for.
  public func variable(_ variable: CorrectionGrid.Variable) -> Double {
    switch variable {
    case .rows: rows
    case .columns: columns
    case .inner: inner
    default: preconditionFailure("a matrix product has no \(variable.rawValue)")
    }
  }
}
