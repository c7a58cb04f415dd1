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
      let curve = matrix[MatrixFormat(operation.precision, blockScaled: false)] ?? matrix[.bf16]
      let holds = curve?.correction?.holds { variable in
        switch variable {
        case .rows: m
        case .columns: n
        case .inner: k
        default: nil
        }
      }
      return holds == false ? "\(Int(m)) x \(Int(n)) x \(Int(k))" : nil
    case .attention(let shape):
      let pairs = shape.batch * shape.heads
      let width = (shape.queryKeyWidth + shape.valueWidth) / 2
      let holds = attention.correction?.holds { variable in
        switch variable {
        case .sequence: shape.keys
        case .heads: pairs
        case .width: width
        default: nil
        }
      }
      return holds == false ? "\(Int(shape.keys)) x \(Int(pairs)) x \(Int(width))" : nil
    case .groupedMatrix, .memory, .collective, .exchange: return nil
    }
  }
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
