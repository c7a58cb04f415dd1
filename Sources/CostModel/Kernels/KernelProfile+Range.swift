public import Hardware
import Workload

extension KernelProfile {
  /// The products of a model's layers under a plan whose shapes lie outside those that the curves were
  /// fitted on: there the curve is continued, and nothing was measured.
  ///
  /// - Returns: Each product's name with its rows, columns and inner dimension, each once.
  public func unmeasured(in lowering: Lowering) -> [String] {
    let model = lowering.model
    var operations: [Operation] = []
    if model.expertLayers < model.layers { operations += lowering.denseLayer().forward }
    if model.expertLayers > 0 { operations += lowering.expertLayer(load: 1).forward }
    var names: [String] = []
    for operation in operations {
      guard case .matrix(let m, let n, let k) = operation.work,
        let curve = matrix[MatrixFormat(operation.precision, blockScaled: false)] ?? matrix[.bf16],
        let grid = curve.correction, !grid.holds(rows: m, columns: n, inner: k)
      else { continue }
      let name = "\(operation.name.rawValue) \(Int(m)) x \(Int(n)) x \(Int(k))"
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension CorrectionGrid {
  /// Whether a product lies between the outermost knots of every axis.
  fileprivate func holds(rows: Double, columns: Double, inner: Double) -> Bool {
    axes.allSatisfy { axis in
      guard let first = axis.knots.first, let last = axis.knots.last else { return true }
      switch axis.variable {
      case .rows: return (first...last).contains(rows)
      case .columns: return (first...last).contains(columns)
      case .inner: return (first...last).contains(inner)
      default: return true
      }
    }
  }
}
