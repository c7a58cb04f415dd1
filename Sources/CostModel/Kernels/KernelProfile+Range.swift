public import Hardware
import Workload

extension KernelProfile {
  /// The products and the attention of a model's layers under a plan whose shapes lie outside those that
  /// the curves were fitted on: there the curve is continued, and nothing was measured.
  ///
  /// - Returns: Each one's name and shape, once: rows, columns and inner dimension of a product, keys,
  ///   (sequence, head) pairs and mean head width of attention.
  public func unmeasured(in lowering: Lowering) -> [String] {
    let model = lowering.model
    var operations: [Operation] = []
    if model.expertLayers < model.layers { operations += lowering.denseLayer().forward }
    if model.expertLayers > 0 { operations += lowering.expertLayer(load: 1).forward }
    var names: [String] = []
    for operation in operations {
      guard let shape = unmeasuredShape(operation) else { continue }
      let name = "\(operation.name.rawValue) \(shape)"
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func unmeasuredShape(_ operation: Operation) -> String? {
    switch operation.work {
    case .matrix(let m, let n, let k):
      let format = MatrixFormat(operation.precision, blockScaled: false)
      return isMeasured(format, rows: m, columns: n, inner: k)
        ? nil : "\(Int(m)) x \(Int(n)) x \(Int(k))"
    case .attention(let shape):
      return isMeasured(shape)
        ? nil : "\(Int(shape.keys)) x \(Int(shape.pairCount)) x \(Int(shape.meanWidth))"
    case .groupedMatrix, .memory, .collective, .exchange: return nil
    }
  }

  /// Whether a product lies within the shapes that its curve was fitted on. A curve without a
  /// correction says nothing of its shapes, and holds all.
  public func isMeasured(
    _ format: MatrixFormat, rows: Double, columns: Double, inner: Double
  ) -> Bool {
    let curve = matrix[format] ?? matrix[.bf16]
    return curve?.correction?.holds { variable in
      switch variable {
      case .rows: rows
      case .columns: columns
      case .inner: inner
      default: nil
      }
    } ?? true
  }

  /// The same for attention.
  public func isMeasured(_ shape: AttentionShape) -> Bool {
    attention.correction?.holds { variable in
      switch variable {
      case .sequence: shape.keys
      case .heads: shape.pairCount
      case .width: shape.meanWidth
      default: nil
      }
    } ?? true
  }
}

extension AttentionShape {
  /// (Sequence, head) pairs.
  fileprivate var pairCount: Double { batch * heads }

  fileprivate var meanWidth: Double { (queryKeyWidth + valueWidth) / 2 }
}

extension CorrectionGrid {
  /// Whether a shape lies between the outermost knots of every axis; an axis that the shape has no
  /// value for does not count.
  fileprivate func holds(_ value: (Variable) -> Double?) -> Bool {
    axes.allSatisfy { axis in
      guard let first = axis.knots.first, let last = axis.knots.last,
        let here = value(axis.variable)
      else { return true }
      return (first...last).contains(here)
    }
  }
}
